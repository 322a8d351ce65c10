"""Forward passes over small batches, timed beside `nn.Sequential`."""

from probes import forward_passes

from autograder.suite import check


@check(
    points=2,
    requires="operations_do_not_grow_with_the_batch",
    hint="The three layers are all the work there is; what else does a call do?",
)
def test_forward_keeps_up_with_torch(submission, torch_impl, speed):
    """A pass of 50 digits takes at most three times as long as torch's."""
    speed(
        forward_passes,
        submission,
        torch_impl,
        at_most=3.0,
        rtol=1e-4,
        atol=1e-2,
        sizes=[64, 50, 10],
        rows=50,
    )
