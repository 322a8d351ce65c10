"""A first look at a dataset; the full suite looks at more kinds of indices and at errors."""

from probes import batches, item, iteration, length, memory_is_shared

from autograder.suite import assert_same, check, draw_labels, draw_normal, require


def draw_columns(rng, n=7):
    """Return features of shape (n, 3) and labels of shape (n,)."""
    return draw_normal(rng, n, 3), draw_labels(rng, n, 100)


@check(hint="Which dimension of x counts examples?")
def test_length_is_the_number_of_examples(submission, rng):
    """`len(ds)` is the number of examples."""
    x, y = draw_columns(rng)
    assert_same(submission.run(length, x=x, y=y), 7, what="len(ds) with x of shape (7, 3)")


@check(hint="Try ds[3] on paper: which row of x, which entry of y, which shapes?")
def test_integer_gives_one_example(submission, rng):
    """`ds[i]` is the tuple of row i of x and entry i of y."""
    x, y = draw_columns(rng)
    for i in (0, 4, -1):
        assert_same(submission.run(item, x=x, y=y, index=i), (x[i], y[i]), what=f"ds[{i}]")


@check(
    hint="ds[2:5] calls __getitem__ once, with the object slice(2, 5, None).",
    requires="integer_gives_one_example",
)
def test_slice_gives_a_batch(submission, rng):
    """`ds[a:b]` is the tuple of x[a:b] and y[a:b]."""
    x, y = draw_columns(rng)
    for a, b in ((2, 5), (0, 7), (6, 7)):
        actual = submission.run(item, x=x, y=y, index=(a, b, None))
        assert_same(actual, (x[a:b], y[a:b]), what=f"ds[{a}:{b}]")


@check(
    hint="The order of the list is the order of the rows.",
    requires="integer_gives_one_example",
)
def test_list_gathers_in_order(submission, rng):
    """A list of ints gives those rows, in that order."""
    x, y = draw_columns(rng)
    for index in ([4, 0, 5], [3, 3]):
        actual = submission.run(item, x=x, y=y, index=index)
        assert_same(actual, (x[index], y[index]), what=f"ds[{index}]")


@check(
    hint="Without `__iter__`, Python asks for ds[0], ds[1], ...; what tells it to stop?",
    requires="integer_gives_one_example",
)
def test_for_loop_visits_every_example_once(submission, rng):
    """`for x, y in ds` gives every example once, in order, and ends."""
    x, y = draw_columns(rng)
    expected = list(zip(x, y, strict=True))

    actual = submission.run(iteration, x=x, y=y, limit=10)

    assert_same(actual, expected, what="the rounds of `for x, y in ds`")


@check(hint="A slice of a tensor is a window onto it.", requires="slice_gives_a_batch")
def test_slice_copies_nothing(submission, rng):
    """A slice shares the memory of x and y."""
    x, y = draw_columns(rng)
    for name, shared in zip("xy", submission.run(memory_is_shared, x=x, y=y), strict=True):
        require(shared, f"ds[1:]: expected a window onto {name}, got a copy")


@check(
    hint="torch's loader asks for len(ds), then for one example after another.",
    requires=("length_is_the_number_of_examples", "integer_gives_one_example"),
)
def test_torch_loader_accepts_the_dataset(submission, rng):
    """torch's own `DataLoader` makes batches of it."""
    x, y = draw_columns(rng)
    expected = [(x[i : i + 3], y[i : i + 3]) for i in range(0, 7, 3)]

    actual = submission.run(batches, x=x, y=y, bs=3)

    assert_same(actual, expected, what="the batches of DataLoader(ds, batch_size=3)")
