"""A step over the layers of a small network, timed beside `torch.optim.Adam`."""

from probes import steps

from autograder.suite import check


@check(
    points=2,
    requires=(
        "fifty_steps_match_torch",
        "step_leaves_gradients_alone",
        "nothing_is_kept_per_step",
        "step_does_little_work",
        "step_reads_no_value",
    ),
    hint="What does a step do for a parameter besides the arithmetic of the rules?",
)
def test_step_keeps_up_with_torch(submission, torch_impl, speed):
    """A step over 10 parameters takes at most four times as long as torch's."""
    speed(steps, submission, torch_impl, at_most=4.0, atol=1e-4, layers=5, width=64)
