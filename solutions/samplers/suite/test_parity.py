"""The same orders, lists and batches as torch's own pieces give."""

import torch
from probes import batches_of_sizes, collated, orders_after_seeds, whole_epochs

from autograder.suite import assert_same, check, draw_labels, draw_normal, require

_SHUFFLED = "shuffled_order_is_a_permutation"
_CUT = "lists_cut_the_order_into_pieces"
_PAIRS = "pairs_become_columns"
_ROWS = "each_list_becomes_a_batch"


@check(requires=_SHUFFLED, hint="The docstring names the function that draws the order.")
def test_shuffled_order_matches_torch(submission, torch_impl, rng):
    """Where the generator is seeded, an epoch has the order of torch's random sampler."""
    # torch draws one permutation more than it needs, so only seeded epochs can be compared.
    for n in (12, 33):
        case = {"n": n, "seeds": rng.integers(1, 2**31, 3).tolist()}
        actual = submission.run(orders_after_seeds, **case)
        expected = torch_impl.run(orders_after_seeds, **case)
        for k, (got, want) in enumerate(zip(actual, expected, strict=True), start=1):
            what = f"{n} indices, generator seeded before epoch {k}"
            require(got == want, f"{what}: torch's order is {want[:8]}..., yours {got[:8]}...")


@check(requires=_CUT, hint="Try lengths just below, at and just above a multiple of bs.")
def test_lists_match_torch(submission, torch_impl, rng):
    """For many lengths, with and without drop_last, the lists equal torch's."""
    sizes = [(12, 4), (13, 4), (11, 4), (3, 4), (0, 4), (7, 1), (1, 1)]
    sizes += [(int(rng.integers(2, 40)), bs) for bs in range(1, 12)]
    for drop_last in (False, True):
        case = {"sizes": sizes, "drop_last": drop_last}
        actual = submission.run(batches_of_sizes, **case)
        expected = torch_impl.run(batches_of_sizes, **case)
        for (n, bs), got, want in zip(sizes, actual, expected, strict=True):
            what = f"{n} indices, bs={bs}, drop_last={drop_last}"
            require(got == want, f"{what}: torch gives {len(want)} lists, yours differ: {got[-1:]}")


@check(requires=_PAIRS, hint="A batch has the dtype of its samples, whatever that may be.")
def test_dtypes_match_torch(submission, torch_impl, rng):
    """Batches of every dtype, and of tensors without dimensions, are like torch's."""
    images = draw_normal(rng, 5, 2, 3, dtype=torch.float64)
    columns = {
        "bool": images[:, 0, 0] > 0,
        "uint8": draw_labels(rng, 5, 256).to(torch.uint8),
        "int64": draw_labels(rng, 5, 999),
        "bfloat16": images[:, 0].to(torch.bfloat16),
        "complex64": images.to(torch.complex64),
    }
    for dtype, column in columns.items():
        samples = list(zip(images, column, strict=True))
        expected = torch_impl.run(collated, samples=samples)
        actual = submission.run(collated, samples=samples)
        assert_same(actual, expected, what=f"the batch of pairs with {dtype}")


@check(
    points=2,
    requires=(_SHUFFLED, _CUT, _PAIRS, _ROWS),
    hint="Look at the pieces one by one: order, lists, samples, batch.",
)
def test_shuffled_epochs_match_torch(submission, torch_impl, rng):
    """Two shuffled epochs of all four pieces give the batches of torch's four pieces."""
    for n, drop_last in ((20, False), (23, True), (23, False)):
        data = draw_normal(rng, n, 4), draw_labels(rng, n, 1000)
        case = {"data": data, "bs": 5, "drop_last": drop_last}
        case["seeds"] = rng.integers(1, 2**31, 2).tolist()
        actual, expected = (
            submission.run(whole_epochs, **case),
            torch_impl.run(whole_epochs, **case),
        )
        for k, (got, want) in enumerate(zip(actual, expected, strict=True), start=1):
            what = f"{n} rows, bs=5, drop_last={drop_last}, epoch {k}"
            require(len(got) == len(want), f"{what}: expected {len(want)} batches, got {len(got)}")
            assert_same(got, want, what=f"{what}, batches")
