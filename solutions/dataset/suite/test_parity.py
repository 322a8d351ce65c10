"""Where a dataset must agree with `torch.utils.data.TensorDataset`."""

import torch
from probes import batches, errors, items, spelled

from autograder.suite import assert_same, check, draw_labels, draw_normal, require

BOTH = ("slice_gives_a_batch", "list_or_index_tensor_gathers_in_order")


def draw_indices(rng, n):
    """Return 60 drawn indices of every kind for *n* rows, and a few that every draw should have."""
    indices = [-1, (9, 2, None), (None, None, 3), torch.zeros(n).bool()]
    for _ in range(12):
        start, stop = (None if rng.random() < 0.2 else int(rng.integers(-n, n)) for _ in "ab")
        step = None if rng.random() < 0.3 else int(rng.integers(1, 5))
        some = [int(i) for i in rng.integers(-n, n, size=int(rng.integers(1, 2 * n)))]
        mask = torch.from_numpy(rng.random(n) < 0.4)
        indices += [int(rng.integers(-n, n)), (start, stop, step), some, torch.tensor(some), mask]
    return indices


@check(points=2, hint="Let the columns interpret the index.", requires=BOTH)
def test_drawn_indices_match_torch(submission, torch_impl, rng):
    """More than sixty indices of every kind select what `TensorDataset` selects."""
    n = 13
    x, y = draw_normal(rng, n, n), draw_normal(rng, n, 2)
    indices = draw_indices(rng, n)

    actual = submission.run(items, x=x, y=y, indices=indices)
    expected = torch_impl.run(items, x=x, y=y, indices=indices)

    for index, pair, torch_pair in zip(indices, actual, expected, strict=True):
        assert_same(pair, torch_pair, what=f"ds[{spelled(index)}]")


@check(hint="What a tensor refuses, a dataset refuses with the same error.", requires=BOTH)
def test_refused_indices_match_torch(submission, torch_impl, rng):
    """A backward slice, a list that leaves the dataset and a short mask raise torch's errors."""
    n = 8
    x, y = draw_normal(rng, n, 3), draw_labels(rng, n, 10)
    indices = [(None, None, -1), (6, 2, -2), [0, n], [-n - 1, 2], torch.ones(n - 1).bool()]

    actual = submission.run(errors, x=x, y=y, indices=indices)
    expected = torch_impl.run(errors, x=x, y=y, indices=indices)

    for index, name, torch_name in zip(indices, actual, expected, strict=True):
        require(
            name == torch_name,
            f"ds[{spelled(index)}] with {n} examples: expected {torch_name}, "
            f"got {name or 'no error'}",
        )


@check(
    points=3,
    hint="Both ask for len(ds), and then for the examples they want, one by one, by an int.",
    requires=("length_is_the_number_of_examples", "integer_gives_one_example"),
)
def test_torch_loader_and_split_accept_the_dataset(submission, torch_impl, rng):
    """torch's `DataLoader` and `random_split` treat it as they treat a `TensorDataset`."""
    x, y = draw_normal(rng, 10, 3), draw_labels(rng, 10, 5)
    inputs = {"x": x, "y": y, "bs": 4, "seed": int(rng.integers(1 << 31))}

    actual, expected = (impl.run(batches, **inputs) for impl in (submission, torch_impl))

    for name, found in actual.items():
        require(
            len(found) == len(expected[name]),
            f"{name}: expected {len(expected[name])} batches, got {len(found)}",
        )
        for i, (batch, torch_batch) in enumerate(zip(found, expected[name], strict=True)):
            assert_same(batch, torch_batch, what=f"batch {i} of {name}")
