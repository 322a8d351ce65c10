"""Which rows lie in which batch, how loops start and end, and what they cost."""

import torch
from probes import (
    after_a_break,
    batches,
    batches_alive_afterwards,
    batches_of_minimal,
    batches_of_plain,
    batches_with_numpy_bs,
    big_epoch,
    cost_of_batches,
    dataset_afterwards,
    epoch_after_growth,
    epochs,
    epochs_of_sizes,
    error_in_the_loop,
    interleaved,
    iterator_behaviour,
    kinds_of_questions,
    length_before_and_after_growth,
    lengths,
    memory_shared,
    questions_of_len,
    rows_asked_so_far,
    shaped_batches,
    torch_state,
)

from autograder.suite import (
    assert_budget,
    assert_same,
    by_rows,
    check,
    draw_labels,
    draw_normal,
    pictured,
    require,
)

_FIRST = "first_batches_hold_the_first_rows"
_LAST = "last_batch_holds_the_rest"
_FULL = "full_last_batch_ends_the_epoch"
_SLICES = "each_batch_is_one_slice"
_EPOCHS = "every_epoch_gives_the_same_batches"
_LEN = "len_counts_the_batches"


def draw_rows(rng, n, d=3):
    """Return *n* rows that all differ, and their labels."""
    return draw_normal(rng, n, d), draw_labels(rng, n, 1000)


def draw_sizes(rng, count):
    """Return pairs (rows, bs), every third one with rows divisible by bs."""
    sizes = [(3, 8), (8, 8), (9, 4), (5, 1)]  # what every draw must contain
    for k in range(count - len(sizes)):
        bs = int(rng.integers(1, 9))
        rows = int(rng.integers(1, 30))
        sizes.append((rows if k % 3 else bs * int(rng.integers(1, 5)), bs))
    return sizes


def split(data, bs):
    """Return the batches of *data* as they should be."""
    x, y = data
    return [(x[i : i + bs], y[i : i + bs]) for i in range(0, len(x), bs)]


BATCHES, ROWS, TIMES = ("{} batch", "{} batches"), ("{} row", "{} rows"), ("{} time", "{} times")


def plural(count, noun):
    """Return *count* with its noun, `1 row` or `2 rows`."""
    one, many = noun
    return (one if count == 1 else many).format(count)


def require_batches(actual, expected, what):
    """Require the same batches, and say first how many there are where the number differs."""
    with pictured(by_rows, actual, expected):
        require(
            len(actual) == len(expected),
            f"{what}: expected {plural(len(expected), BATCHES)}, got {len(actual)}",
        )
        for k, (got, want) in enumerate(zip(actual, expected, strict=True)):
            assert_same(got, want, what=f"{what}, batch {k}")


def require_quick_epoch(submission, rows, width, bs):
    """Require an epoch in half a second, twenty times what is needed.

    What hides from the counters, in a thread for instance, still takes its time.
    """
    seen = submission.run_within(0.5, big_epoch, rows=rows, width=width, bs=bs)
    expected = {"rows": rows - bs, "firsts": float(sum(range(0, rows - bs, bs)))}
    assert_same(seen, expected, what=f"{rows} rows, bs={bs}: all batches but the last")


def run_and_count(submission, data):
    """Return what an epoch over *data* cost, once its batches are known to be right."""
    n = len(data[0])
    seen = submission.run(cost_of_batches, data=data, bs=10, most=n // 10)
    # Where an epoch ends is another check's business.
    expected = split(data, 10)[: n // 10 - 1]
    require_batches(seen["batches"][: len(expected)], expected, f"{n} rows, bs=10")
    return seen


@check(points=3, hint="For bs=4, which rows are in batch 0, and with which row does batch 1 begin?")
def test_first_batches_hold_the_first_rows(submission, rng):
    """Batch k holds the bs rows from row k*bs on, labels beside their rows."""
    data = draw_rows(rng, 14)

    actual = submission.run(batches, data=data, bs=4, most=3)

    require_batches(actual, split(data, 4)[:3], "14 rows, bs=4, the first three batches")


@check(points=2, requires=_FIRST, hint="A slice may reach beyond the end of the dataset.")
def test_last_batch_holds_the_rest(submission, rng):
    """Rows that do not fill a batch come as a shorter last one, and then the loop ends."""
    data = draw_rows(rng, 14)

    actual = submission.run(batches, data=data, bs=4, most=9)

    require_batches(actual, split(data, 4), "14 rows, bs=4")


@check(points=2, requires=_FIRST, hint="Where does the slice begin that follows the last row?")
def test_full_last_batch_ends_the_epoch(submission, rng):
    """Where bs divides the number of rows, all batches are full and no empty one follows."""
    data = draw_rows(rng, 12)

    actual = submission.run(batches, data=data, bs=4, most=9)

    require_batches(actual, split(data, 4), "12 rows, bs=4")


@check(
    requires=(_LAST, _FULL),
    hint="Go through your code by hand with bs=1, and with bs above the length.",
)
def test_smallest_and_largest_bs_work(submission, rng):
    """A bs of 1 gives every row alone; a bs of the length or more gives all rows in one batch."""
    data = draw_rows(rng, 5)

    for bs in (1, 5, 8):
        actual = submission.run(batches, data=data, bs=bs, most=9)
        require_batches(actual, split(data, bs), f"5 rows, bs={bs}")


@check(requires=_FULL, hint="Is the end tested before the first batch, or only after it?")
def test_empty_dataset_gives_no_batch(submission, rng):
    """A dataset without rows gives no batch at all."""
    actual = submission.run(batches, data=draw_rows(rng, 0), bs=4, most=3)

    require(not actual, f"0 rows, bs=4: expected no batch, got {len(actual)}")
    data = draw_rows(rng, 8)
    actual = submission.run(batches, data=data, bs=4, most=3)
    require_batches(actual, split(data, 4), "8 rows, bs=4")


@check(requires=(_LAST, _FULL), hint="Some combination of length and bs loses or repeats a row.")
def test_every_row_comes_once(submission, rng):
    """For any length and any bs, every row comes exactly once, in order."""
    sizes = draw_sizes(rng, 30)

    actual = submission.run(epochs_of_sizes, sizes=sizes)

    for (n, bs), got in zip(sizes, actual, strict=True):
        require_batches(got, list(torch.arange(n).split(bs)), f"{plural(n, ROWS)}, bs={bs}")


@check(points=2, hint="Count on paper for 0, 1, 8, 9 and 10 rows with bs=4.")
def test_len_counts_the_batches(submission, rng):
    """`len(loader)` is the number of batches, a short last one included."""
    sizes = [(0, 4), (8, 4), (9, 4), (3, 4), *draw_sizes(rng, 26)]

    actual = submission.run(lengths, sizes=sizes)

    for (n, bs), got in zip(sizes, actual, strict=True):
        expected = len(range(0, n, bs))
        require(got == expected, f"len(loader), {n} rows, bs={bs}: expected {expected}, got {got}")


@check(requires=_LEN, hint="Two numbers are enough to know how many batches there will be.")
def test_len_reads_no_rows(submission, rng):
    """`len(loader)` does not ask the dataset for any row."""
    seen = submission.run(questions_of_len, data=draw_rows(rng, 10), bs=3)

    asked = seen["asked"]
    assert_same(seen["len"], 4, what="len(loader) with 10 rows and bs=3")
    require(
        asked == 0,
        f"len(loader) asked the dataset for rows {plural(asked, TIMES)}; expected never",
    )


@check(requires=_LEN, hint="When is the length of the dataset read?")
def test_len_follows_a_growing_dataset(submission, rng):
    """After rows were added to the dataset, `len(loader)` counts them."""
    data, more = draw_rows(rng, 10), draw_rows(rng, 7)

    actual = submission.run(length_before_and_after_growth, data=data, bs=4, more=more)

    assert_same(actual, [3, 5], what="len(loader), bs=4, with 10 rows and then with 17")


@check(points=2, requires=_FIRST, hint="Who remembers the position: the loader or the iterator?")
def test_every_epoch_gives_the_same_batches(submission, rng):
    """A second and a third loop over one loader give the same batches as the first."""
    data = draw_rows(rng, 11)

    first, second, third = submission.run(epochs, data=data, bs=4, times=3)["batches"]

    require_batches(second, first, "the second epoch, against the first")
    require_batches(third, first, "the third epoch, against the first")


@check(requires=_EPOCHS, hint="Where would each of two readers of one book keep a bookmark?")
def test_two_loops_do_not_disturb_each_other(submission, rng):
    """Two loops over one loader at the same time each see all batches in order."""
    data = draw_rows(rng, 14)
    expected = split(data, 4)[:3]

    # In step as in `zip(loader, loader)`, then one far ahead of the other.
    for turns in ([0, 1, 0, 1, 0, 1], [0, 0, 1, 0, 1, 1]):
        actual = submission.run(interleaved, data=data, bs=4, turns=turns)
        for loop in (0, 1):
            what = f"loops advancing in the order {turns}, loop {loop}"
            require_batches(actual[loop], expected, what)


@check(requires=_EPOCHS, hint="What is left over in the loader when a loop is not run to its end?")
def test_new_loop_after_a_break_starts_at_the_first_row(submission, rng):
    """After a `break`, the next loop begins with the first row again."""
    data = draw_rows(rng, 15)

    for taken in (1, 2):
        actual = submission.run(after_a_break, data=data, bs=4, taken=taken, most=3)
        what = f"the loop after one that was left after {plural(taken, BATCHES)}"
        require_batches(actual, split(data, 4)[:3], what)


@check(requires=_FIRST, hint="The data model of Python lists two methods of an iterator.")
def test_iter_returns_an_iterator(submission, rng):
    """`iter(loader)` is an iterator: it can itself be looped over, and once it ends it stays so."""
    data = draw_rows(rng, 10)

    actual = submission.run(iterator_behaviour, data=data, bs=4)

    require(actual["batches"], "`next` on `iter(loader)` gave no batch")
    require_batches(actual["batches"][:2], split(data, 4)[:2], "`next` on `iter(loader)`")
    error = actual["error of iter(iterator)"]
    require(error is None, f"`for batch in iter(loader)` raises {error}; an iterator has __iter__")
    require(actual["iter(iterator) is iterator"], "iter(iterator) must be the same iterator")
    require(actual["ends for good"], "after its end, next(iterator) gave another batch")


@check(points=2, requires=_FIRST, hint="How much is read from the disk before the first step?")
def test_batches_are_made_on_demand(submission, rng):
    """The dataset is asked for a batch when the loop gets to it, and not before."""
    data = draw_rows(rng, 20)

    actual = submission.run(rows_asked_so_far, data=data, bs=4, steps=3)

    require_batches(actual["batches"], split(data, 4)[:3], "20 rows, bs=4, the first three batches")
    for batches_taken, rows in enumerate(actual["rows"]):
        allowed = 4 * batches_taken
        require(
            rows <= allowed,
            f"20 rows, bs=4: after {plural(batches_taken, BATCHES)}, {plural(rows, ROWS)} of the "
            f"dataset had been asked for; expected at most {allowed}",
        )


@check(points=2, requires=_FIRST, hint="A dataset answers `ds[start:stop]` in one go.")
def test_each_batch_is_one_slice(submission, rng):
    """The dataset is asked once for each batch, with a slice."""
    data = draw_rows(rng, 23)

    seen = submission.run(kinds_of_questions, data=data, bs=5, most=4)

    kinds = seen["kinds"]
    require_batches(seen["batches"], split(data, 5)[:4], "23 rows, bs=5, the first four batches")
    require(kinds, "the dataset was never asked: a loader gets its rows from `ds[...]`")
    other = next((kind for kind in kinds if kind != "slice"), None)
    require(other is None, f"the dataset was asked with an index of type {other}, not with a slice")
    # One question more than batches is tolerated: it may be how a loop finds the end.
    require(
        len(kinds) in (4, 5),
        f"23 rows, bs=5: `ds[...]` was used {plural(len(kinds), TIMES)} for 4 batches; expected 4",
    )


@check(requires=_SLICES, hint="What does your code assume about the thing that `ds[...]` returns?")
def test_batches_are_what_the_dataset_returns(submission, rng):
    """A dataset may return a dict, a list, a triple or one tensor; it comes through as it is."""
    data = draw_rows(rng, 10)
    forms = {
        "dict": lambda x, y: {"image": x, "label": y},
        "list": lambda x, y: [x, y],
        "triple": lambda x, y: (x, y, x),
        "tensor": lambda x, _: x,
    }

    for form, build in forms.items():
        actual = submission.run(shaped_batches, data=data, bs=4, form=form, most=2)
        expected = [build(*pair) for pair in split(data, 4)[:2]]
        require_batches(actual, expected, f"a dataset that returns a {form}")


@check(requires=_FIRST, hint="Which attributes of `self.ds` does your code touch?")
def test_any_dataset_will_do(submission, rng):
    """A dataset needs no more than `len(ds)` and `ds[...]`: a plain list or a string will do."""
    rows = rng.permutation(10).tolist()
    text = "".join(map(str, rows))

    actual = submission.run(batches_of_minimal, rows=rows, bs=4, most=2)
    require_batches(actual, [rows[:4], rows[4:8]], "a dataset without attributes")
    actual = submission.run(batches_of_plain, rows=rows, bs=4, most=2)
    require_batches(actual, [rows[:4], rows[4:8]], "a plain list")
    actual = submission.run(batches_of_plain, rows=text, bs=4, most=2)
    require_batches(actual, [text[:4], text[4:8]], "a string")


@check(requires=_SLICES, hint="A slice of a tensor is a view of it; what makes a copy?")
def test_batches_share_the_memory_of_the_dataset(submission, rng):
    """Batches of tensors are views into the dataset, not copies."""
    data = draw_rows(rng, 10)

    actual = submission.run(memory_shared, data=data, bs=4, most=2)

    require_batches(actual["batches"], split(data, 4)[:2], "10 rows, bs=4, the first two batches")
    for k, batch in enumerate(actual["afterwards"]):
        shared = not any(part.any() for part in batch)
        require(shared, f"batch {k}: its tensors are copies, not views of the dataset's")


@check(requires=_FIRST, hint="A loader reads; who owns the data?")
def test_dataset_stays_as_it_is(submission, rng):
    """A loop changes neither the rows of the dataset nor its attributes."""
    data = draw_rows(rng, 10)

    actual = submission.run(dataset_afterwards, data=data, bs=4, most=2)

    for column, name in zip(data, "xy", strict=True):
        assert_same(actual[name], column, what=f"ds.{name} after the loop")
    require_batches(actual["batches"], split(data, 4)[:2], "10 rows, bs=4, the first two batches")
    changed = sorted({"x", "y"} ^ set(actual["attributes"]))
    require(not changed, f"the loop added or removed attributes of the dataset: {changed}")
    require(not actual["written"], "the loop wrote into the tensors of the dataset")


@check(requires=_EPOCHS, hint="When is the length of the dataset read?")
def test_growing_dataset_is_seen_in_the_next_epoch(submission, rng):
    """After rows were added to the dataset, the next epoch contains them."""
    data, more = draw_rows(rng, 10), draw_rows(rng, 7)
    both = [torch.cat(columns) for columns in zip(data, more, strict=True)]

    actual = submission.run(epoch_after_growth, data=data, more=more, bs=4, most=4)

    require_batches(actual, split(both, 4)[:4], "after 10 rows have become 17, bs=4")


@check(requires=_FIRST, hint="Integers from NumPy are not of the type `int`, but count like it.")
def test_bs_may_be_a_numpy_integer(submission, rng):
    """A bs that comes out of a NumPy array works as well as an `int`."""
    data = draw_rows(rng, 10)

    actual = submission.run(batches_with_numpy_bs, data=data, bs=4, most=2)

    require_batches(actual, split(data, 4)[:2], "bs=numpy.int64(4), two batches")


@check(requires=_SLICES, hint="Which exceptions does your code catch, and who should hear of them?")
def test_errors_of_the_dataset_reach_the_loop(submission, rng):
    """Where the dataset cannot be read, the loop fails with that error and does not just end."""
    for kind in ("OSError", "IndexError"):
        actual = submission.run(error_in_the_loop, data=draw_rows(rng, 20), bs=4, kind=kind)
        got = "ended without an error" if actual is None else f"raised {actual}"
        require(actual == kind, f"the dataset raised {kind} at the third batch; the loop {got}")


@check(requires=_FIRST, hint="What still refers to a batch when the loop body is done with it?")
def test_no_batch_is_kept_after_the_loop(submission, rng):
    """Once a loop is over, the loader holds on to none of its batches."""
    seen = submission.run(batches_alive_afterwards, data=draw_rows(rng, 20), bs=4, most=5)

    alive = seen["held"]
    what = "the rows of each of the first batches, with 20 rows and bs=4"
    assert_same(seen["rows"][:4], [4] * 4, what=what)
    require(
        alive == 0,
        f"after a loop over 5 batches, {plural(alive, BATCHES)} still in memory; expected none",
    )


@check(requires=_FIRST, hint="Between two batches it is the loop body that runs.")
def test_state_of_torch_is_left_alone(submission, rng):
    """A loop changes neither the random generators nor whether gradients are recorded."""
    data = draw_rows(rng, 10)

    actual = submission.run(torch_state, data=data, bs=4, most=2)

    require_batches(actual["batches"], split(data, 4)[:2], "10 rows, bs=4, the first two batches")
    require(actual["torch"], "the loop changed the state of torch's random generator")
    require(actual["random"], "the loop changed the state of Python's random generator")
    require(all(actual["recording"]), "inside the loop body, gradients were not being recorded")
    require(actual["recording afterwards"], "after the loop, gradients were not being recorded")


@check(requires=_FIRST, hint="How many torch functions run until a batch is ready?")
def test_few_operations_per_batch(submission, rng):
    """A batch takes a handful of torch operations, however many rows there are."""
    for n in (200, 800):
        calls = run_and_count(submission, draw_rows(rng, n, 8))["calls"]
        told = f"with {n} rows and bs=10, the loop ran {{}} tensor operations per batch"
        assert_budget(calls, at_most=6, count=n / 10, told=told)


@check(requires=_FIRST, hint="Which of your steps copies rows that are not in the next batch?")
def test_no_row_is_copied_twice(submission, rng):
    """In one epoch no more is copied than every row once."""
    for n in (200, 800):
        elements = run_and_count(submission, draw_rows(rng, n, 8))["elements"]
        assert_budget(
            elements,
            at_most=1.2,
            count=n * 9,  # eight numbers and one label in each row
            told=f"with {n} rows and bs=10, the loop copied the whole dataset {{}} times",
        )
    require_quick_epoch(submission, rows=600, width=5000, bs=1)


@check(requires=_FIRST, hint="Does making a batch get more expensive with the number of rows?")
def test_cost_grows_with_the_rows(submission, rng):
    """Four times as many rows cost four times as much, not sixteen times."""
    few = run_and_count(submission, draw_rows(rng, 200, 8))
    many = run_and_count(submission, draw_rows(rng, 800, 8))

    costs = {"calls": "torch operations", "elements": "copied elements", "rows": "rows asked for"}
    for name, words in costs.items():
        # A handful of single elements must not look like growth, hence the floor.
        limit = 4.4 * max(few[name], 200)
        require(
            many[name] <= limit,
            f"{words} in an epoch with bs=10: {few[name]} for 200 rows, {many[name]} for 800 rows; "
            f"expected at most about four times as many",
        )
    require_quick_epoch(submission, rows=600, width=5000, bs=1)
