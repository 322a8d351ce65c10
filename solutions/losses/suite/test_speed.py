"""Cross entropy with its gradient, timed beside `F.cross_entropy`."""

from probes import losses_with_gradients

from autograder.suite import check


@check(
    points=2,
    requires=(
        "cross_entropy_matches_torch",
        "scores_and_labels_stay_as_they_are",
        "gradient_is_softmax_minus_label",
        "cross_entropy_does_little_work",
    ),
    hint="What happens between scores and loss, besides a few operations on whole tensors?",
)
def test_cross_entropy_keeps_up_with_torch(submission, torch_impl, speed):
    """The loss of 512 rows and its gradient take at most six times as long as torch's."""
    speed(
        losses_with_gradients,
        submission,
        torch_impl,
        at_most=6.0,
        rtol=1e-4,
        atol=1e-4,
        rows=512,
        classes=10,
    )
