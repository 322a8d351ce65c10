"""A step over many small tensors, timed beside `torch.optim.SGD`."""

from probes import steps

from autograder.suite import check


@check(
    points=2,
    requires=(
        "fifty_steps_match_torch",
        "step_leaves_gradients_alone",
        "step_does_little_work",
        "step_reads_no_value",
    ),
    hint="What does a step do for a parameter besides one subtraction in place?",
)
def test_step_keeps_up_with_torch(submission, torch_impl, speed):
    """A step over 200 small parameters takes at most five times as long as torch's."""
    speed(
        steps,
        submission,
        torch_impl,
        at_most={"cpu": 5.0, "cuda": 12.0},
        atol=1e-4,
        tensors=200,
        side=5,
    )
