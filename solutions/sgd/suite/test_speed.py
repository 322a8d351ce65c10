"""Steps with momentum over many tensors, timed beside `torch.optim.SGD`."""

from probes import steps

from autograder.suite import check


@check(
    points=2,
    requires=(
        "every_combination_matches_torch",
        "training_matches_torch",
        "state_goes_to_torch_and_back",
        "step_leaves_gradients_alone",
        "nothing_is_kept_per_step",
        "step_does_little_work",
    ),
    hint="What does a step do for a parameter besides a few operations on whole tensors?",
)
def test_step_keeps_up_with_torch(submission, torch_impl, speed):
    """A step with momentum over 20 parameters takes at most five times torch's time."""
    hyper = {"lr": 0.01, "momentum": 0.9, "weight_decay": 0.01}
    speed(steps, submission, torch_impl, at_most=5.0, atol=1e-4, tensors=20, side=40, hyper=hyper)
