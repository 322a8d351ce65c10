"""Forward passes through a long chain of narrow layers, timed beside `nn.Sequential`.

Small layers let show what is done between them.
"""

from probes import passes

from autograder.suite import check


@check(
    points=2,
    requires=(
        "forward_adds_no_work",
        "every_layer_is_called_once",
        "more_than_ten_layers_keep_their_order",
        "gradients_match",
    ),
    hint="The layers are all the work there is; what else does a call do?",
)
def test_forward_keeps_up_with_torch(submission, torch_impl, speed):
    """A pass through 36 small layers takes at most four times as long as torch's."""
    speed(passes, submission, torch_impl, at_most=4.0, rtol=1e-4, sizes=[32] * 19, rows=16)
