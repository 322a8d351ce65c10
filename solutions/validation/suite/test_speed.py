"""Epochs of training and validation, timed beside a plain loop."""

from probes import epochs_of_digits

from autograder.suite import check


@check(
    points=2,
    requires=("training_matches_torch", "fit_does_little_work", "evaluate_does_little_work"),
    hint="What happens at each batch besides one forward, one backward and one step?",
)
def test_epoch_keeps_up_with_a_plain_loop(submission, torch_impl, speed):
    """An epoch of training and validation takes at most two and a half times a plain loop's."""
    case = {"rows": 100, "width": 64, "bs": 50}
    speed(epochs_of_digits, submission, torch_impl, at_most=2.5, rtol=1e-3, atol=1e-3, **case)
