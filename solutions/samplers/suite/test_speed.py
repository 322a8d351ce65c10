"""A shuffled epoch over rows that cost little to read, timed beside torch's loader."""

from probes import shuffled_epochs

from autograder.suite import check


@check(
    points=2,
    requires=("shuffled_epochs_match_torch", "every_sample_is_copied_once"),
    hint="What does your code do once for each row, and does that take longer with more rows?",
)
def test_epoch_keeps_up_with_torch(submission, torch_impl, speed):
    """A shuffled epoch over 400 rows takes at most twice as long as with torch's loader."""
    case = {"rows": 400, "width": 64, "bs": 50}
    speed(shuffled_epochs, submission, torch_impl, at_most=2.0, rtol=1e-4, atol=1e-3, **case)
