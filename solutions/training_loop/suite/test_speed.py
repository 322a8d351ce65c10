"""Epochs of training a small network, timed beside a plain loop."""

from probes import epochs_of_digits

from autograder.suite import check


@check(
    points=2,
    requires=(
        "training_of_a_classifier_matches_torch",
        "single_precision_matches_torch",
        "losses_are_plain_floats",
        "model_is_called_once_per_batch",
        "memory_does_not_grow_with_the_batches",
        "each_batch_takes_little_work",
        "each_batch_reads_one_value",
    ),
    hint="What does your loop do for a batch besides the four steps?",
)
def test_epoch_keeps_up_with_a_plain_loop(submission, baseline, speed):
    """An epoch takes at most two and a half times as long as a plain loop."""
    speed(epochs_of_digits, submission, baseline, at_most=2.5, atol=1e-3, rows=200, bs=50)
