"""Calls of `Linear` on a small and on a large batch, timed beside `nn.Linear`.

There is none for `ReLU`: right spellings of it differ by a factor of 48.
"""

from probes import linear_passes

from autograder.suite import check


@check(
    points=1,
    requires=("linear_does_little_work", "new_weights_take_effect", "gradients_match"),
    hint="A product and a sum are all the work there is; what else does a call do?",
)
def test_small_batch_keeps_up_with_torch(submission, torch_impl, speed):
    """A call with 50 rows of 64 features takes at most four times as long as torch's."""
    speed(linear_passes, submission, torch_impl, at_most=4.0, rtol=1e-3, sizes=[64, 50], rows=50)


@check(
    points=1,
    requires=("linear_does_little_work", "new_weights_take_effect", "gradients_match"),
    hint="A product and a sum are all the work there is; what else does a call do?",
)
def test_large_batch_keeps_up_with_torch(submission, torch_impl, speed):
    """A call with 128 rows of 784 features takes at most four times as long as torch's."""
    speed(linear_passes, submission, torch_impl, at_most=4.0, rtol=1e-3, sizes=[784, 10], rows=128)
