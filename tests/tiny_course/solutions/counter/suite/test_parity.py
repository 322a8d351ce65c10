"""Agreement with `torch.sum`."""

from probes import total_of

from autograder.suite import assert_close, check, draw_normal


@check(points=2, requires="one_part")
def test_five_parts_match_torch(submission, torch_impl, rng):
    """Five parts add up as `torch.sum` does."""
    case = {"parts": [draw_normal(rng, 4) for _ in range(5)]}
    assert_close(submission.run(total_of, **case), torch_impl.run(total_of, **case))
