"""Run these with `grade check dataloader`, or with plain pytest."""

from probes import (
    batches,
    batches_of_list,
    length,
    questions_for_one_batch,
    two_epochs,
    zipped,
)

from autograder.suite import assert_same, check, draw_labels, draw_normal, require


def draw_rows(rng, n):
    """Return *n* rows and their labels."""
    return {"x": draw_normal(rng, n, 3), "y": draw_labels(rng, n, 10)}


def sizes(epoch):
    """Return the number of rows in every batch of *epoch*."""
    return [len(x) for x, _ in epoch]


@check(hint="Write down start and stop of each slice for ten rows and bs=4.")
def test_batches_have_the_right_sizes(submission, rng):
    """Ten rows with bs=4 come in batches of 4, 4 and 2 rows."""
    actual = submission.run(batches, **draw_rows(rng, 10), bs=4)

    require(sizes(actual) == [4, 4, 2], f"expected batches of 4, 4, 2 rows, got {sizes(actual)}")


@check(requires="batches_have_the_right_sizes", hint="Does every slice begin where one ended?")
def test_batches_hold_the_rows_in_order(submission, rng):
    """The batches hold the rows of the dataset in order, labels beside their rows."""
    rows = draw_rows(rng, 10)

    for k, batch in enumerate(submission.run(batches, **rows, bs=4)):
        expected = tuple(rows[name][4 * k : 4 * k + 4] for name in ("x", "y"))
        assert_same(batch, expected, what=f"batch {k}")


@check(requires="batches_have_the_right_sizes", hint="Does your loop end at the last row?")
def test_no_batch_is_empty(submission, rng):
    """Eight rows with bs=4 come in two batches."""
    actual = submission.run(batches, **draw_rows(rng, 8), bs=4)

    require(sizes(actual) == [4, 4], f"expected batches of 4, 4 rows, got {sizes(actual)}")


@check(hint="Count the batches on paper.")
def test_len_is_the_number_of_batches(submission, rng):
    """`len(loader)` counts the batches, a short last one included."""
    for n, expected in {8: 2, 10: 3, 3: 1}.items():
        actual = submission.run(length, **draw_rows(rng, n), bs=4)
        require(actual == expected, f"{n} rows, bs=4: expected len {expected}, got {actual}")


@check(requires="batches_have_the_right_sizes", hint="What is left when the first loop has ended?")
def test_second_epoch_is_like_the_first(submission, rng):
    """A second loop over the same loader gives the same batches, also within the first loop."""
    rows = draw_rows(rng, 10)

    first, second = submission.run(two_epochs, **rows, bs=4)
    require(len(second) == 3, f"the second loop gave {len(second)} batches, the first 3")
    assert_same(second, first, what="the second epoch")

    pairs = submission.run(zipped, **rows, bs=4)
    require(len(pairs) == 3, f"zip(loader, loader) gave {len(pairs)} pairs, expected 3")
    for k, (one, other) in enumerate(pairs):
        assert_same(other, one, what=f"zip(loader, loader), pair {k}")


@check(requires="batches_have_the_right_sizes", hint="How many slices does the first batch need?")
def test_first_batch_takes_one_question(submission, rng):
    """The first batch asks the dataset once, not once per row or for batches to come."""
    asked = submission.run(questions_for_one_batch, **draw_rows(rng, 10), bs=4)

    require(asked == 1, f"for its first batch the loader asked `ds[...]` {asked} times, not once")


@check(requires="batches_have_the_right_sizes", hint="What do you assume about the dataset?")
def test_plain_list_is_a_dataset(submission):
    """A list of five rows with bs=2 comes in three lists."""
    actual = submission.run(batches_of_list, rows=[3, 1, 4, 1, 5], bs=2)

    assert_same(actual, [[3, 1], [4, 1], [5]], what="the batches of [3, 1, 4, 1, 5]")
