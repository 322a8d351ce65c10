"""Epochs over a dataset of tensors, timed beside plain slicing."""

from probes import epochs_of_digits

from autograder.suite import check


@check(
    points=2,
    requires=(
        "batches_match_torch",
        "each_batch_is_one_slice",
        "batches_share_the_memory_of_the_dataset",
        "few_operations_per_batch",
        "no_row_is_copied_twice",
        "cost_grows_with_the_rows",
    ),
    hint="What happens between two batches, besides asking the dataset for a slice?",
)
def test_epoch_keeps_up_with_slicing(submission, baseline, speed):
    """An epoch takes at most ten times as long as slicing the tensors in a plain loop."""
    speed(epochs_of_digits, submission, baseline, at_most=10.0, rows=2000, width=784, bs=50)
