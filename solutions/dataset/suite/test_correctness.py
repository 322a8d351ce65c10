"""What a dataset must do, whatever torch's own does."""

import torch
from probes import (
    after_writing,
    array_columns,
    construction,
    cost,
    devices,
    errors,
    integer_likes,
    items,
    iteration,
    key,
    kinds,
    length,
    length_after_replacing,
    length_cost,
    many_accesses,
    pickled,
    replaced,
    spelled,
    windows,
)

from autograder.suite import (
    assert_budget,
    assert_same,
    check,
    draw_labels,
    draw_normal,
    require,
)

N, WIDTH = 11, 4
ITEM_CALLS, GATHER_CALLS = 8, 16


def draw_columns(rng, n=N, width=WIDTH):
    """Return features of shape (n, width) and labels of shape (n,)."""
    return draw_normal(rng, n, width), draw_labels(rng, n, 1000)


def assert_pair(found, x, y, where):
    """Require that *found* is the pair of *x* and *y*."""
    if isinstance(found, torch.Tensor):
        got = f"one tensor of shape {tuple(found.shape)}"
    else:
        got = f"{len(found)} parts" if isinstance(found, list) else repr(found)
    pair = isinstance(found, list) and len(found) == 2
    require(pair, f"{where}: expected a pair (x, y), got {got}")
    assert_same(found[0], x, what=f"the x of {where}")
    assert_same(found[1], y, what=f"the y of {where}")


def assert_selects(submission, x, y, indices):
    """Require that each of *indices* selects what it selects from the tensors themselves."""
    for index, found in zip(indices, submission.run(items, x=x, y=y, indices=indices), strict=True):
        assert_pair(found, x[key(index)], y[key(index)], f"ds[{spelled(index)}]")


def selected(n, width, index):
    """Return what *index* selects from the columns of the probe `cost`."""
    return torch.arange(1.0 * n * width).view(n, width)[key(index)], torch.arange(1.0 * n)[
        key(index)
    ]


def assert_cost(counts, calls, elements, where):
    """Require that *counts* of one access stay within both limits."""
    assert_budget(counts["calls"], at_most=calls, told=f"{where} ran {{}} tensor operations")
    assert_budget(counts["elements"], at_most=elements, told=f"{where} copied {{}} elements")


@check(points=2, hint="Which dimension of x counts examples, and which one counts features?")
def test_length_is_the_number_of_examples(submission, rng):
    """`len(ds)` is the number of examples."""
    for n, rest in [(7, (3,)), (3, (7,)), (1, (5,)), (6, (2, 4))]:
        x, y = draw_normal(rng, n, *rest), draw_labels(rng, n, 10)

        actual = submission.run(length, x=x, y=y)

        assert_same(actual, n, what=f"len(ds) with x of shape {tuple(x.shape)}")


@check(
    hint="What does your code do with x before it knows that there is a row?",
    requires="length_is_the_number_of_examples",
)
def test_empty_dataset_has_length_zero(submission):
    """A dataset may have no example at all; its length is then 0."""
    x, y = torch.empty(0, WIDTH), torch.empty(0, dtype=torch.int64)

    actual = submission.run(length, x=x, y=y)

    assert_same(actual, 0, what="len(ds) with x of shape (0, 4)")


@check(
    hint="The dataset has the columns; what else did you store?",
    requires="length_is_the_number_of_examples",
)
def test_length_follows_replaced_columns(submission, rng):
    """After `ds.x` and `ds.y` are replaced, `len(ds)` counts the new rows."""
    (x, y), new = draw_columns(rng, 9), draw_columns(rng, 5)

    actual = submission.run(length_after_replacing, x=x, y=y, new=new)

    assert_same(actual, 5, what="len(ds) after 9 rows were replaced by 5")


@check(
    hint="The stub's `__init__` compares the two lengths.",
    requires="length_is_the_number_of_examples",
)
def test_unequal_lengths_are_refused(submission, rng):
    """Columns of different lengths raise ValueError."""
    for rows, labels, expected in [(10, 9, "ValueError"), (9, 10, "ValueError"), (9, 9, None)]:
        x, y = draw_normal(rng, rows, WIDTH), draw_labels(rng, labels, 10)

        actual = submission.run(construction, x=x, y=y)

        require(
            actual == expected,
            f"Dataset(x, y) with {rows} rows and {labels} labels: expected "
            f"{expected or 'no error'}, got {actual or 'no error'}",
        )


@check(
    hint="A tensor knows its length without looking at a row.",
    requires="length_is_the_number_of_examples",
)
def test_length_costs_nothing(submission):
    """`len(ds)` costs the same for every number of examples."""
    sizes = [512, 8]
    for n, counts in zip(sizes, submission.run(length_cost, sizes=sizes), strict=True):
        assert_cost(counts, ITEM_CALLS, 0, f"len(ds) of {n} examples")
        assert_same(counts["len"], n, what=f"len(ds) of {n} examples")


@check(points=3, hint="Try ds[3] on paper: which row of x, which entry of y, which shapes?")
def test_integer_gives_one_example(submission, rng):
    """`ds[i]` is the pair of row i of x and entry i of y, without the first dimension."""
    x, y = draw_columns(rng)
    assert_selects(submission, x, y, [0, 3, N - 1])


@check(
    hint="A pair in Python: `a, b` builds a tuple, `[a, b]` a list.",
    requires="integer_gives_one_example",
)
def test_result_is_a_tuple(submission, rng):
    """Every index gives a tuple of two."""
    x, y = draw_columns(rng)
    indices = [2, (1, 5, None), [4, 0]]
    for index, seen in zip(indices, submission.run(kinds, x=x, y=y, indices=indices), strict=True):
        require(
            seen["is tuple"] and seen["parts"] == 2,
            f"ds[{spelled(index)}]: expected a tuple of 2, got a {seen['type']} of {seen['parts']}",
        )
        if index == indices[0]:  # the others have checks of their own
            assert_pair(seen["pair"], x[index], y[index], f"ds[{spelled(index)}]")


@check(hint="What is x[-1] of a tensor?", requires="integer_gives_one_example")
def test_negative_integers_count_from_the_end(submission, rng):
    """`ds[-1]` is the last example, `ds[-n]` the first."""
    x, y = draw_columns(rng)
    assert_selects(submission, x, y, [-1, -3, -N])


@check(
    points=2,
    hint="Let the column's own error reach the caller.",
    requires="integer_gives_one_example",
)
def test_integer_outside_raises_index_error(submission, rng):
    """An int below -n or not below n raises IndexError."""
    x, y = draw_columns(rng)
    indices = [N, N + 5, -N - 1, -3 * N]
    found = submission.run(errors, x=x, y=y, indices=indices)
    for index, name in zip(indices, found, strict=True):
        require(
            name == "IndexError",
            f"ds[{index}] with {N} examples: expected IndexError, got {name or 'no error'}",
        )
    assert_selects(submission, x, y, [0, 3, N - 1])


@check(
    hint="Without `__iter__`, Python asks for ds[0], ds[1], ...; what tells it to stop?",
    requires="integer_gives_one_example",
)
def test_for_loop_visits_every_example_once(submission, rng):
    """`for x, y in ds` gives every example once, in order, and ends."""
    x, y = draw_columns(rng)

    found = submission.run(iteration, x=x, y=y, limit=N + 3)

    got = f"{N + 3} or more" if len(found) >= N + 3 else len(found)
    require(len(found) == N, f"for x, y in ds: expected {N} rounds, got {got}")
    for i, pair in enumerate(found):
        assert_pair(pair, x[i], y[i], f"round {i} of `for x, y in ds`")


@check(
    hint="Other things than Python's own int count as integers, too.",
    requires="integer_gives_one_example",
)
def test_other_integers_give_one_example(submission, rng):
    """A NumPy integer or a 0-dim tensor selects one example, as an int does."""
    x, y = draw_columns(rng)
    i = int(rng.integers(1, N))
    for kind, found in submission.run(integer_likes, x=x, y=y, i=i).items():
        assert_pair(found, x[i], y[i], f"ds[i] where i is {kind}")


@check(
    points=2,
    hint="ds[2:5] calls __getitem__ once, with the object slice(2, 5, None).",
    requires="integer_gives_one_example",
)
def test_slice_gives_a_batch(submission, rng):
    """`ds[a:b]` is the pair x[a:b], y[a:b]; even one row keeps its first dimension."""
    x, y = draw_columns(rng)
    assert_selects(submission, x, y, [(2, 5, None), (0, N, None), (4, 5, None)])


@check(hint="An end that is left out arrives as None.", requires="slice_gives_a_batch")
def test_slice_ends_may_be_left_out_or_negative(submission, rng):
    """`ds[:b]`, `ds[a:]`, `ds[:]` and negative ends work as for tensors."""
    x, y = draw_columns(rng)
    indices = [(None, 4, None), (6, None, None), (None,) * 3, (-4, None, None), (1, -2, None)]
    assert_selects(submission, x, y, indices)


@check(hint="A slice has three numbers.", requires="slice_gives_a_batch")
def test_slice_may_have_a_step(submission, rng):
    """`ds[a:b:step]` takes every step-th row."""
    x, y = draw_columns(rng)
    assert_selects(submission, x, y, [(0, 10, 2), (1, 9, 3), (2, 11, 4)])


@check(
    hint="How many rows has x[5:100] if x has 11? And x[3:3]?",
    requires="slice_gives_a_batch",
)
def test_slice_is_clipped(submission, rng):
    """A slice that reaches too far is clipped; an empty slice gives a batch of 0 rows."""
    x, y = draw_columns(rng)
    indices = [(8, N + 5, None), (0, 1000, None), (3, 3, None), (N, N + 4, None), (7, 2, None)]
    assert_selects(submission, x, y, indices)


@check(
    points=2,
    hint="The order of the list is the order of the rows, and a row may come twice.",
    requires="integer_gives_one_example",
)
def test_list_or_index_tensor_gathers_in_order(submission, rng):
    """A list of ints or an index tensor gives those rows, in that order, repeats included."""
    x, y = draw_columns(rng)
    order = [int(i) for i in rng.permutation(N)[:5]]
    indices = [[4, 0, 9, 2], [6], [3, 3, 1], [-1, 0, -N], order]
    assert_selects(submission, x, y, [*indices, *map(torch.tensor, indices)])


@check(
    hint="A mask says yes or no for every row; it holds no positions.",
    requires="integer_gives_one_example",
)
def test_bool_mask_keeps_the_rows_that_are_true(submission, rng):
    """A bool mask of shape (n,) gives the rows where it is True."""
    x, y = draw_columns(rng)
    mask = torch.from_numpy(rng.permutation(N) < 4)
    assert_selects(submission, x, y, [mask, ~mask, mask & ~mask, mask | ~mask])


@check(
    points=2,
    hint="Look at the data_ptr() of x and of ds[2:5][0].",
    requires="slice_gives_a_batch",
)
def test_slice_is_a_window(submission, rng):
    """One example and a slice share the memory of x and y: what is written there stays there."""
    x, y = draw_columns(rng)
    indices = [3, (2, 5, None), (None, None, 2)]
    found = submission.run(windows, x=x, y=y, indices=indices)
    for index, shared in zip(indices, found, strict=True):
        for name, share in zip("xy", shared, strict=True):
            require(
                share,
                f"ds[{spelled(index)}]: expected a window onto {name}, got a tensor with memory "
                f"of its own",
            )
    after = submission.run(after_writing, x=x, y=y, index=(2, 5, None))
    x[2:5], y[2:5] = 0, 0
    assert_pair(after, x, y, "ds[:] after writing zeros into ds[2:5]")


@check(
    hint="What do your lines do to a tensor of float64, of bfloat16, of shape (n, 2, 3)?",
    requires="slice_gives_a_batch",
)
def test_dtype_and_further_dimensions_are_kept(submission, rng):
    """Columns of every dtype and of any number of dimensions come back as they are."""
    dtypes = [torch.float64, torch.bfloat16, torch.uint8, torch.complex64, torch.bool]
    for dtype in dtypes:
        x, y = (5 * draw_normal(rng, N, 2, 3)).abs().to(dtype), draw_normal(rng, N, 5).to(dtype)
        assert_selects(submission, x, y, [2, (3, 7, None)])


@check(
    hint="The dataset has the columns; what else did you store?",
    requires="integer_gives_one_example",
)
def test_replaced_columns_show_their_rows(submission, rng):
    """After `ds.x` and `ds.y` are replaced, `ds[i]` selects from the new ones."""
    (x, y), (new_x, new_y) = draw_columns(rng), draw_columns(rng)

    found = submission.run(replaced, x=x, y=y, new=(new_x, new_y), index=3)

    assert_pair(found, new_x[3], new_y[3], "ds[3] after ds.x and ds.y were replaced")


@check(
    hint="Moving data is the training loop's choice, not the dataset's.",
    requires="slice_gives_a_batch",
)
def test_device_is_kept(submission, rng):
    """Columns on another device than the CPU give results on that device."""
    x, y = draw_columns(rng)
    indices = [3, (2, 5, None)]
    found = submission.run(devices, x=x, y=y, indices=indices)
    for index, places in zip(indices, found, strict=True):
        expected = [f"meta, shape {tuple(column[key(index)].shape)}" for column in (x, y)]
        require(
            places == expected,
            f"ds[{spelled(index)}] with x and y on the device 'meta': expected two results on "
            f"{expected}, got {places}",
        )


@check(
    hint="Which of your lines needs more of a column than its brackets?",
    requires="slice_gives_a_batch",
)
def test_lists_and_arrays_may_be_columns(submission, rng):
    """Columns may be lists or NumPy arrays; what they give is passed on unchanged."""
    names = [f"photo{i}.png" for i in rng.permutation(6)]
    labels = [int(label) for label in rng.permutation(6)]
    indices = [1, (2, 5, None), (0, 3, None)]
    found = submission.run(items, x=names, y=labels, indices=indices)
    for index, pair in zip(indices, found, strict=True):
        where = f"ds[{spelled(index)}] with lists"
        assert_same(pair, [names[key(index)], labels[key(index)]], what=where)

    x, y = draw_normal(rng, 6, 2), draw_labels(rng, 6, 9)
    found = submission.run(array_columns, x=x, y=y, indices=indices[1:])
    for index, pair in zip(indices[1:], found, strict=True):
        expected = [("ndarray", column[key(index)].tolist()) for column in (x, y)]
        assert_same(pair, expected, what=f"ds[{spelled(index)}] with NumPy arrays")


@check(
    hint="Worker processes get a pickled copy; functions and generators in `self` do not travel.",
    requires="slice_gives_a_batch",
)
def test_dataset_can_be_pickled(submission, rng):
    """A dataset can be pickled and copied, and its copies select the same rows."""
    x, y = draw_columns(rng)

    found = submission.run(pickled, x=x, y=y, index=(2, 5, None))

    error = found.pop("error")
    require(error is None, f"pickle.dumps(ds): expected no error, got {error}")
    for way, pair in found.items():
        assert_pair(pair, x[2:5], y[2:5], f"ds[2:5] of a {way} dataset")


@check(
    points=2,
    hint="A slice of a tensor is one operation, for three rows and for three million.",
    requires="slice_gives_a_batch",
)
def test_example_and_slice_copy_nothing(submission):
    """One example or one slice costs a few operations and copies no element, for every n."""
    sizes, indices = [64, 2048], [5, (8, 56, None)]
    found = submission.run(cost, sizes=sizes, width=6, indices=indices)
    places = [(n, index) for n in sizes for index in indices]
    for (n, index), counts in zip(places, found, strict=True):
        where = f"ds[{spelled(index)}] of {n} examples"
        assert_cost(counts, ITEM_CALLS, 0, where)
        assert_pair(counts["pair"], *selected(n, 6, index), where)
    # What hides from the counters takes its time: half a second is fifty times what is needed.
    case = {"rows": 1000, "width": 4000, "index": (8, 808, None), "times": 400}
    pair = submission.run_within(0.5, many_accesses, **case)
    assert_pair(pair, *selected(1000, 4000, (8, 808, None)), "ds[8:808]")


@check(
    hint="Ask each column once for all the rows.",
    requires="list_or_index_tensor_gathers_in_order",
)
def test_gathering_is_done_at_once(submission, rng):
    """A list of ints costs a few operations, however long it is."""
    sizes, width = [64, 2048], 6
    indices = [[int(i) for i in rng.permutation(64)[:k]] for k in (4, 48)]
    found = submission.run(cost, sizes=sizes, width=width, indices=indices)
    places = [(n, index) for n in sizes for index in indices]
    for (n, index), counts in zip(places, found, strict=True):
        # Twice what is gathered: an index tensor, or one more copy, is no different idea.
        elements = 2 * len(index) * (width + 1) + 2 * len(index)
        where = f"gathering {len(index)} rows of {n} examples"
        assert_cost(counts, GATHER_CALLS, elements, where)
        assert_pair(counts["pair"], *selected(n, width, index), where)
    index = [int(i) for i in rng.integers(0, 1000, size=20_000)]
    case = {"rows": 1000, "width": 2, "index": index, "times": 10}
    pair = submission.run_within(0.5, many_accesses, **case)
    assert_pair(pair, *selected(1000, 2, index), "gathering 20000 rows of 1000 examples")
