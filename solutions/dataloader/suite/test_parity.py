"""The same batches and the same training as with torch's own loader."""

import torch
from probes import batches, lengths, trained

from autograder.suite import assert_close, assert_same, check, draw_labels, draw_normal, require

_FIRST = "first_batches_hold_the_first_rows"


@check(
    points=2, requires=_FIRST, hint="Try lengths just below, at and just above a multiple of bs."
)
def test_batches_match_torch(submission, torch_impl, rng):
    """For many lengths and sizes the batches equal those of torch's loader."""
    for n, bs in [(12, 4), (13, 4), (11, 4), (3, 4), (4, 4), (1, 1), (0, 4), (7, 1)]:
        case = {"data": (draw_normal(rng, n, 3), draw_labels(rng, n, 1000)), "bs": bs}
        actual = submission.run(batches, **case, most=n + 2)
        expected = torch_impl.run(batches, **case, most=n + 2)
        what = f"{n} rows, bs={bs}"
        require(
            len(actual) == len(expected),
            f"{what}: torch's loader gives {len(expected)} batches, yours {len(actual)}",
        )
        assert_same(actual, expected, what=f"the batches of {what}")


@check(hint="Compare with the number of batches that a loop gives.")
def test_len_matches_torch(submission, torch_impl, rng):
    """`len(loader)` is what it is for torch's loader."""
    sizes = [(0, 3), (1, 3), *((int(rng.integers(2, 99)), bs) for bs in range(1, 29))]

    actual = submission.run(lengths, sizes=sizes)

    for (n, bs), got, want in zip(sizes, actual, torch_impl.run(lengths, sizes=sizes), strict=True):
        require(got == want, f"len(loader), {n} rows, bs={bs}: torch says {want}, yours {got}")


@check(requires=_FIRST, hint="A loader passes on what it gets, whatever dtype and shape it has.")
def test_dtypes_and_shapes_match_torch(submission, torch_impl, rng):
    """Images, flags and small integers arrive as from torch's loader."""
    images = draw_normal(rng, 7, 2, 3, 3, dtype=torch.float64)
    columns = {
        "bool labels": images[:, 0, 0, 0] > 0,
        "uint8 labels": draw_labels(rng, 7, 256).to(torch.uint8),
        "bfloat16 labels": draw_normal(rng, 7, 1, dtype=torch.bfloat16),
    }

    for what, y in columns.items():
        case = {"data": (images, y), "bs": 3, "most": 2}
        expected = torch_impl.run(batches, **case)
        assert_same(submission.run(batches, **case), expected, what=f"batches with {what}")


@check(
    points=2, requires=_FIRST, hint="Which rows does each step see, and how many steps are there?"
)
def test_training_matches_torch(submission, torch_impl, rng):
    """Three epochs of training end at the same weights as with torch's loader."""
    for n in (20, 23):
        x = draw_normal(rng, n, 4, dtype=torch.float64)
        y = x.sum(1) + draw_normal(rng, n, dtype=torch.float64)
        case = {"data": (x, y), "bs": 5, "lr": 0.05, "times": 3}
        actual, expected = submission.run(trained, **case), torch_impl.run(trained, **case)
        steps, want = len(actual["losses"]), len(expected["losses"])
        require(steps == want, f"{n} rows, bs=5, 3 epochs: expected {want} steps, got {steps}")
        assert_close(actual["losses"], expected["losses"], atol=1e-10, what="the loss of step")
        assert_close(actual["w"], expected["w"], atol=1e-10, what="the trained weights")
