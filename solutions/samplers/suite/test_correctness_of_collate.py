"""What `collate` makes of samples, and how the loader lets the pieces work together."""

import torch
from probes import (
    batches_of_form,
    calls_of_collate,
    collated,
    cost_of_collate,
    error_in_the_loop,
    error_of_collate,
    error_of_unknown,
    interleaved_loops,
    loaded,
    loaded_epochs,
    loaded_from,
    questions,
    recording,
    samples_afterwards,
)

from autograder.suite import (
    assert_budget,
    assert_same,
    check,
    draw_labels,
    draw_normal,
    require,
)

_STACKED = "tensors_are_stacked"
_NUMBERS = "numbers_become_tensors"
_PAIRS = "pairs_become_columns"
_ROWS = "each_list_becomes_a_batch"


def draw_data(rng, n=12):
    return draw_normal(rng, n, 3), draw_labels(rng, n, 1000)


def draw_lists(rng, n=12):
    """Return lists of indices in no order, of unequal length, one index in two of them."""
    order = rng.permutation(n).tolist()
    return [order[:4], order[4:9], [order[0], *order[9:]]]


def batches(data, lists):
    return [tuple(column[rows] for column in data) for rows in lists]


@check(points=2, hint="Which function of torch puts tensors on top of each other?")
def test_tensors_are_stacked(submission, rng):
    """Five tensors of one shape become one tensor with a new first dimension."""
    for shape in ((3,), (2, 3), (1,)):
        samples = list(draw_normal(rng, 5, *shape))
        actual = submission.run(collated, samples=samples)
        assert_same(actual, torch.stack(samples), what=f"the batch of five tensors of {shape}")


@check(hint="`torch.stack` takes tensors only; how does a tensor come from a number?")
def test_numbers_become_tensors(submission, rng):
    """Numbers become one tensor: int64 of int, float64 of float, bool of bool."""
    integers = rng.integers(-99, 99, 5).tolist()
    cases = {
        "int": (integers, torch.int64),
        "float": (rng.standard_normal(5).tolist(), torch.float64),
        "bool": ([i > 0 for i in integers], torch.bool),
    }
    for kind, (samples, dtype) in cases.items():
        actual = submission.run(collated, samples=samples)
        assert_same(actual, torch.tensor(samples, dtype=dtype), what=f"the batch of five {kind}")


@check(points=2, requires=(_STACKED, _NUMBERS), hint="What do `zip(*samples)` and a loop give?")
def test_pairs_become_columns(submission, rng):
    """Samples that are pairs become a pair of batches, rows beside their labels."""
    x, y = draw_data(rng, 6)

    actual = submission.run(collated, samples=list(zip(x, y.tolist(), strict=True)))

    assert_same(actual, (x, y), what="the batch of six pairs (tensor, int)")


@check(requires=_PAIRS, hint="The columns of a sample are samples themselves.")
def test_nested_samples_keep_their_form(submission, rng):
    """Dicts, lists and tuples within each other keep their form, and words stay a list."""
    x, y = draw_data(rng, 4)
    names = [f"image {i}" for i in y.tolist()]
    samples = [
        {"image": a, "about": [b, (name, float(b))]}
        for a, b, name in zip(x, y.tolist(), names, strict=True)
    ]

    actual = submission.run(collated, samples=samples)

    expected = {"image": x, "about": [y, (names, y.to(torch.float64))]}
    assert_same(actual, expected, what="the batch of dicts")


@check(requires=_PAIRS, hint="What is different when `samples` holds one sample only?")
def test_one_sample_is_a_batch_of_one(submission, rng):
    """One sample becomes a batch whose first dimension is 1."""
    x, y = draw_data(rng, 1)

    actual = submission.run(collated, samples=[(x[0], y[0].item())])

    assert_same(actual, (x, y), what="the batch of one pair")


@check(requires=_STACKED, hint="Should a batch hold numbers that no sample has, or lack some?")
def test_uneven_samples_are_an_error(submission, rng):
    """Samples of unequal shapes or lengths raise an error; nothing is cut or filled up."""
    cases = {
        "tensors of shapes (3,) and (2,)": [draw_normal(rng, 3), draw_normal(rng, 2)],
        "a pair and a triple": [tuple(draw_normal(rng, k, 2)) for k in (2, 3)],
        "a triple and a pair": [tuple(draw_normal(rng, k, 2)) for k in (3, 2)],
    }
    for what, samples in cases.items():
        seen = submission.run(error_of_collate, samples=samples)
        require(
            seen["error"] in ("ValueError", "RuntimeError"),
            f"{what}: expected a ValueError or RuntimeError, "
            f"got {seen['error'] or 'a batch and no error'}",
        )


@check(requires=_STACKED, hint="What does your code do when none of its cases fits?")
def test_unknown_samples_are_an_error(submission):
    """Samples of None, or of another type that nothing is said about, raise a TypeError."""
    for kind in ("None", "a set", "an object"):
        error = submission.run(error_of_unknown, kind=kind)["error"]
        got = error or "a batch and no error"
        require(error == "TypeError", f"samples with {kind} in them: expected TypeError, got {got}")


@check(requires=_PAIRS, hint="Who owns the samples, and whose memory is the batch?")
def test_samples_stay_as_they_are(submission, rng):
    """Making a batch, and writing into it, changes no sample."""
    x, y = draw_data(rng, 4)
    samples = [{"image": a, "label": b} for a, b in zip(x, y.tolist(), strict=True)]

    for count in (4, 1):
        actual = submission.run(samples_afterwards, samples=samples[:count])
        assert_same(actual, samples[:count], what=f"samples after a batch was made of {count}")


@check(requires=_STACKED, hint="How often is the first sample copied until the batch is done?")
def test_every_sample_is_copied_once(submission, rng):
    """A batch of many samples takes a few operations, and copies each number once."""
    samples = list(draw_normal(rng, 64, 20))

    work = submission.run(cost_of_collate, samples=samples)

    assert_budget(
        work["calls"], at_most=4, told="one batch of 64 tensors took {} tensor operations"
    )
    assert_budget(
        work["elements"],
        at_most=2,
        count=64 * 20,
        told="one batch of 64 tensors wrote {} elements for each element of it",
    )


@check(points=2, hint="Write down which rows the first list names, and who puts them together.")
def test_each_list_becomes_a_batch(submission, rng):
    """For each list of indices the loader gives the batch of its rows, in the list's order."""
    data, lists = draw_data(rng), draw_lists(rng)

    actual = submission.run(loaded, data=data, lists=lists, most=9)

    require(len(actual) == 3, f"3 lists of indices: expected 3 batches, got {len(actual)}")
    for got, want, rows in zip(actual, batches(data, lists), lists, strict=True):
        assert_same(got, want, what=f"the batch of rows {rows}")


@check(requires=_ROWS, hint="What does a collate function expect, and how often is it needed?")
def test_collate_fn_gets_one_list_for_each_batch(submission, rng):
    """collate_fn is called once for each batch, with one argument: a list of samples."""
    data, lists = draw_data(rng), draw_lists(rng)

    calls = submission.run(calls_of_collate, data=data, lists=lists)

    require(len(calls) == 3, f"3 batches: collate_fn was called {len(calls)} times, expected 3")
    for (arguments, kind, size), rows in zip(calls, lists, strict=True):
        require(arguments == 1, f"collate_fn was given {arguments} arguments; expected 1")
        require(kind == "list", f"collate_fn was given a {kind}; expected a list")
        require(size == len(rows), f"collate_fn was given {size} samples for {len(rows)} rows")


@check(requires=_ROWS, hint="Does your code look at what collate_fn returned?")
def test_whatever_collate_fn_returns_comes_out(submission, rng):
    """A batch is what collate_fn returns: a dict, a number, even None or an empty list."""
    data, lists = draw_data(rng), draw_lists(rng)
    expected = {
        "a dict": [{"rows": len(rows), "x": data[0][rows[0]]} for rows in lists],
        "a number": [len(rows) for rows in lists],
        "None": [None] * 3,
        "an empty list": [[]] * 3,
    }

    for form, want in expected.items():
        actual = submission.run(batches_of_form, data=data, lists=lists, form=form)
        assert_same(actual, want, what=f"the batches where collate_fn returns {form}")


@check(requires=_ROWS, hint="For which rows does the loop wait before its first step?")
def test_rows_are_asked_one_by_one_on_demand(submission, rng):
    """The dataset is asked once for each row, with its index, when the loop gets to its batch."""
    data, lists = draw_data(rng), draw_lists(rng)

    seen = submission.run(questions, data=data, lists=lists, steps=2)

    for k, asked in enumerate(seen):
        expected = [i for rows in lists[:k] for i in rows]
        kinds = sorted({kind for kind, _ in asked} - {"int"})
        require(not kinds, f"the dataset was asked with a {', '.join(kinds)}; expected an int")
        got = [i for _, i in asked]
        require(
            got == expected,
            f"after {k} batches the dataset had been asked for the rows {got}; expected {expected}",
        )


@check(requires=_ROWS, hint="What does your code assume about the dataset beyond `ds[i]`?")
def test_any_dataset_will_do(submission, rng):
    """A dataset may be a plain list, or a dict whose keys are the indices."""
    rows = rng.integers(0, 99, 6).tolist()
    words = {f"row {i}": value for i, value in enumerate(rows)}
    for ds, lists in ((rows, [[3, 1], [5]]), (words, [["row 3", "row 1"], ["row 5"]])):
        actual = submission.run(loaded_from, rows=ds, lists=lists)
        expected = [[rows[3], rows[1]], [rows[5]]]
        assert_same(actual, expected, what=f"the rows of a {type(ds).__name__}")


@check(requires=_ROWS, hint="Who knows the order of the epoch that now begins?")
def test_every_loop_asks_the_batch_sampler(submission, rng):
    """Each epoch takes new lists from the batch sampler, and two loops may run at once."""
    data = draw_data(rng)
    epochs = [draw_lists(rng) for _ in range(3)]

    actual = submission.run(loaded_epochs, data=data, epochs=epochs)
    for k, (got, lists) in enumerate(zip(actual, epochs, strict=True), start=1):
        require(len(got) == 3, f"epoch {k}: expected 3 batches, got {len(got)}")
        assert_same(got, batches(data, lists), what=f"the batches of epoch {k}")

    actual = submission.run(interleaved_loops, data=data, epochs=epochs[:2])
    for got, lists in zip(actual, epochs[:2], strict=True):
        assert_same(got, batches(data, lists), what="one of two loops that take turns")


@check(requires=_ROWS, hint="Which exceptions does your code catch, and who should hear of them?")
def test_errors_of_the_dataset_reach_the_loop(submission, rng):
    """Where a row cannot be read, the loop fails with that error and does not just go on."""
    data, lists = draw_data(rng), draw_lists(rng)

    for kind in ("OSError", "IndexError", "KeyError"):
        case = {"kind": kind, "row": lists[1][1]}
        actual = submission.run(error_in_the_loop, data=data, lists=lists, **case)
        got = "ended without an error" if actual is None else f"raised {actual}"
        require(actual == kind, f"the dataset raised {kind} in the second batch; the loop {got}")


@check(requires=_ROWS, hint="Between two batches it is the loop body that runs.")
def test_gradients_are_recorded_in_the_loop(submission, rng):
    """In the loop body, and after the loop, gradients are recorded as before."""
    actual = submission.run(recording, data=draw_data(rng), lists=draw_lists(rng))

    require(all(actual["during"]), "inside the loop body, gradients were not being recorded")
    require(actual["after"], "after the loop, gradients were not being recorded")
