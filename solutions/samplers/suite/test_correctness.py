"""What samplers and batch samplers give, and how."""

import math
from collections import Counter

from probes import (
    batches_of,
    epochs_of_batches,
    global_generators,
    indices_taken,
    indices_taken_by_len,
    interleaved_batches,
    interleaved_orders,
    kinds_of_indices,
    lengths,
    lists_kept,
    orders,
    orders_of_two_samplers,
    orders_under_global_seeds,
)

from autograder.suite import assert_same, check, require

_ORDER = "order_is_sequential"
_SHUFFLED = "shuffled_order_is_a_permutation"
_ANEW = "every_epoch_is_shuffled_anew"
_CUT = "lists_cut_the_order_into_pieces"
_SHORT = "short_list_is_kept"
_LEN = "len_counts_the_lists"


def draw_seed(rng):
    return int(rng.integers(1, 2**31))


def draw_sizes(rng, count):
    """Return pairs (n, bs), every third one with n divisible by bs."""
    sizes = [(3, 8), (8, 8), (9, 4), (5, 1), (0, 3)]  # what every draw must contain
    for k in range(count - len(sizes)):
        bs = int(rng.integers(1, 9))
        n = int(rng.integers(1, 30))
        sizes.append((n if k % 3 else bs * int(rng.integers(1, 5)), bs))
    return sizes


def cut(items, bs, drop_last=False):
    """Return the lists as they should be."""
    lists = [items[i : i + bs] for i in range(0, len(items), bs)]
    return [piece for piece in lists if len(piece) == bs or not drop_last]


def shown(items):
    return f"[{', '.join(map(str, items[:12]))}{', ...' if len(items) > 12 else ''}]"


@check(hint="Which indices does a list of n rows have?")
def test_order_is_sequential(submission, rng):
    """Without shuffle, a sampler gives 0, 1, ..., n - 1."""
    n = int(rng.integers(7, 12))

    (actual,) = submission.run(orders, n=n, shuffle=False, seed=1, times=1)

    require(
        actual == list(range(n)), f"Sampler({n}): expected {shown(range(n))}, got {shown(actual)}"
    )


@check(points=2, hint="Count how often each index comes in one epoch.")
def test_shuffled_order_is_a_permutation(submission, rng):
    """With shuffle, every index comes exactly once in every epoch."""
    for n in (2, 7, 50):
        for order in submission.run(orders, n=n, shuffle=True, seed=draw_seed(rng), times=20):
            require(
                sorted(order) == list(range(n)),
                f"Sampler({n}, shuffle=True): an epoch gave {shown(order)}, in which "
                f"{len(set(order))} of {n} indices come",
            )


@check(requires=_SHUFFLED, hint="When is the order drawn, and how often?")
def test_every_epoch_is_shuffled_anew(submission, rng):
    """With shuffle, each epoch of one sampler has an order of its own, and none is sorted."""
    epochs = submission.run(orders, n=2000, shuffle=True, seed=draw_seed(rng), times=4)

    require(len(epochs) == 4, f"expected 4 epochs, got {len(epochs)}")
    require(list(range(2000)) not in epochs, "with shuffle=True, an epoch came in sorted order")
    for k in range(1, 4):
        require(
            epochs[k] not in epochs[:k],
            f"epoch {k + 1} has the order of an earlier epoch: {shown(epochs[k])}",
        )


@check(requires=_ANEW, hint="Write down the 24 orders of four indices. Can yours give all of them?")
def test_every_order_is_as_likely(submission, rng):
    """Over many epochs of four indices each of the 24 orders comes, about equally often."""
    epochs = submission.run(orders, n=4, shuffle=True, seed=draw_seed(rng), times=960)

    counts = Counter(map(tuple, epochs))
    require(
        len(counts) == 24, f"in 960 epochs of 4 indices, {len(counts)} of the 24 orders came up"
    )
    # 40 are expected of each; 6 and 90 lie so far off that fair shuffling never gets there.
    few, many = min(counts.values()), max(counts.values())
    require(
        few >= 6 and many <= 90,
        f"in 960 epochs of 4 indices, one order came {few} times and another {many} times; "
        "about 40 are expected of each",
    )


@check(requires=_SHUFFLED, hint="Who is asked for random numbers when a generator was given?")
def test_generator_decides_the_order(submission, rng):
    """Equal generators give equal epochs, other generators other ones."""
    one, other = draw_seed(rng), draw_seed(rng) + 1

    first, again, third = submission.run(
        orders_of_two_samplers, n=30, seeds=[one, one, other], times=3
    )

    require(first == again, "two samplers whose generators had the same seed gave other orders")
    require(first != third, "two samplers whose generators had other seeds gave equal orders")


@check(requires=_SHUFFLED, hint="A program may draw from a global generator, too; whose is it?")
def test_global_generators_are_left_alone(submission, rng):
    """With a generator, and without shuffle, no global random generator moves."""
    actual = submission.run(global_generators, n=9, seed=draw_seed(rng))

    for name, untouched in actual.items():
        require(untouched is True, f"an epoch moved the global random generator of {name}")


@check(requires=_SHUFFLED, hint="Which global generator does `torch.manual_seed` set?")
def test_global_seed_decides_without_a_generator(submission, rng):
    """Without a generator, `torch.manual_seed` makes the order repeatable."""
    one, other = draw_seed(rng), draw_seed(rng) + 1

    first, again, third = submission.run(orders_under_global_seeds, n=30, seeds=[one, one, other])

    require(first == again, "twice after the same torch.manual_seed, the order was not the same")
    require(first != third, "after another torch.manual_seed, the order was the same")


@check(requires=(_ORDER, _SHUFFLED), hint="Where does each loop keep its own order?")
def test_sampler_loops_are_independent(submission, rng):
    """Two loops over one sampler at a time, or one after the other, each see every index."""
    for shuffle in (False, True):
        case = {"n": 20, "shuffle": shuffle, "seed": draw_seed(rng)}
        after = submission.run(orders, **case, times=2)
        for k, order in enumerate(after, start=1):
            what = f"Sampler(20, shuffle={shuffle}), loop {k} of two that follow each other"
            require(sorted(order) == list(range(20)), f"{what}: got {shown(order)}")
        for order in submission.run(interleaved_orders, **case):
            what = f"Sampler(20, shuffle={shuffle}), one of two loops at once"
            every = None not in order and sorted(order) == list(range(20))
            require(every, f"{what}: got {shown(order)}")


@check(requires=(_ORDER, _SHUFFLED), hint="Go through your code by hand with n=0 and n=1.")
def test_no_row_and_one_row(submission, rng):
    """A sampler of no rows gives nothing, a sampler of one row gives 0."""
    for n, expected in ((0, []), (1, [0])):
        for shuffle in (False, True):
            (actual,) = submission.run(orders, n=n, shuffle=shuffle, seed=draw_seed(rng), times=1)
            what = f"Sampler({n}, shuffle={shuffle})"
            require(actual == expected, f"{what}: expected {expected}, got {shown(actual)}")


@check(requires=_ORDER, hint="What has to be in memory to count up?")
def test_large_sampler_starts_at_once(submission):
    """Without shuffle, a sampler of 10**12 rows gives its first indices without storing them."""
    (actual,) = submission.run(orders, n=10**12, shuffle=False, seed=1, times=1, most=3)

    assert_same(actual, [0, 1, 2], what="the first indices of Sampler(10**12)")


@check(requires=(_ORDER, _SHUFFLED), hint="What is `type(i)` of an element of a tensor?")
def test_indices_are_integers(submission, rng):
    """Indices are Python integers, so that any dataset understands them."""
    actual = submission.run(kinds_of_indices, n=5, seed=draw_seed(rng))

    for kinds, how in zip(actual, ("in order", "shuffled"), strict=True):
        require(kinds == ["int"], f"indices {how} are of type {', '.join(kinds)}; expected int")


@check(points=2, hint="Collect indices until there are bs of them.")
def test_lists_cut_the_order_into_pieces(submission, rng):
    """List k holds the sampler's indices from k*bs on, bs of them, in the sampler's order."""
    items = rng.permutation(14).tolist()

    actual = submission.run(batches_of, items=items, bs=4, drop_last=False, most=3)

    what = f"the first three lists of four, cut from {items}"
    require(actual == cut(items, 4)[:3], f"{what}: expected {cut(items, 4)[:3]}, got {actual}")


@check(requires=_CUT, hint="What is left in your hands when the sampler ends?")
def test_short_list_is_kept(submission, rng):
    """Indices that do not fill a list come as a shorter last one."""
    items = rng.permutation(14).tolist()

    actual = submission.run(batches_of, items=items, bs=4, drop_last=False, most=9)

    sizes = [len(piece) for piece in actual]
    require(actual == cut(items, 4), f"14 indices, bs=4: expected lists of 4, 4, 4, 2, got {sizes}")


@check(requires=_CUT, hint="Is there anything left to give when the last list was full?")
def test_no_list_is_empty(submission, rng):
    """Where bs divides the number of indices, or there are none, no empty list follows."""
    for n in (12, 0):
        items = rng.permutation(n).tolist()
        actual = submission.run(batches_of, items=items, bs=4, drop_last=False, most=9)
        sizes = [len(piece) for piece in actual]
        require(
            actual == cut(items, 4), f"{n} indices, bs=4: expected {[4] * (n // 4)}, got {sizes}"
        )


@check(requires=_CUT, hint="With drop_last, which list may be missing, and when?")
def test_drop_last_drops_the_short_list_only(submission, rng):
    """With drop_last a short last list is left out, and a full one is not."""
    for n in (14, 12, 3):
        items = rng.permutation(n).tolist()
        actual = submission.run(batches_of, items=items, bs=4, drop_last=True, most=9)
        sizes = [len(piece) for piece in actual]
        require(
            actual == cut(items, 4, drop_last=True),
            f"{n} indices, bs=4, drop_last=True: expected {[4] * (n // 4)}, got {sizes}",
        )


@check(requires=_SHORT, hint="What does your code ask of the sampler beyond `for i in sampler`?")
def test_any_iterable_is_a_sampler(submission, rng):
    """A sampler may be any iterable, of anything: integers, or the keys of a dict."""
    numbers = rng.permutation(10).tolist()
    words = [f"row {i}" for i in numbers]
    cases = {
        "a tuple": numbers,
        "an iterable without len": numbers,
        "the keys of a dict": words,
    }
    for kind, items in cases.items():
        actual = submission.run(batches_of, items=items, bs=4, drop_last=False, most=9, kind=kind)
        assert_same(actual, cut(items, 4), what=f"the lists of a sampler that is {kind}")


@check(requires=_CUT, hint="How many list objects are there in an epoch?")
def test_every_list_is_a_list_of_its_own(submission):
    """A batch is a list, and writing into one changes no other."""
    actual = submission.run(lists_kept, n=14, bs=4, most=3)

    require(
        actual["kinds"] == ["list"],
        f"batches are of type {', '.join(actual['kinds'])}; expected list",
    )
    expected = [[*piece, -1] for piece in cut(list(range(14)), 4)[:3]]
    what = "three lists, after -1 was appended to each as it came"
    require(actual["lists"] == expected, f"{what}: expected {expected}, got {actual['lists']}")


@check(requires=_CUT, hint="How many indices are needed to give the first list?")
def test_lists_are_made_on_demand(submission):
    """The sampler is asked for the indices of a list when the loop gets to it."""
    actual = submission.run(indices_taken, n=40, bs=4, steps=3)

    for lists, taken in enumerate(actual):
        # One more is tolerated: it may be how a loop finds out that another list follows.
        allowed = 4 * lists + bool(lists)
        require(
            taken <= allowed,
            f"40 indices, bs=4: after {lists} lists, {taken} indices had been taken from the "
            f"sampler; expected {4 * lists}",
        )


@check(requires=_CUT, hint="When is the sampler asked for a new iterator?")
def test_batch_sampler_loops_are_independent(submission, rng):
    """Every loop starts anew and asks the sampler for a new order; two may run at once."""
    epochs = [rng.permutation(12).tolist() for _ in range(3)]

    actual = submission.run(epochs_of_batches, epochs=epochs, bs=4, most=3)
    for k, (got, order) in enumerate(zip(actual, epochs, strict=True), start=1):
        expected = cut(order, 4)
        what = f"epoch {k}, in which the sampler gives {order}"
        require(got == expected, f"{what}: expected {expected}, got {got}")

    expected = cut(list(range(12)), 4)
    for got in submission.run(interleaved_batches, n=12, bs=4, most=3):
        require(got == expected, f"two loops that take turns: expected {expected}, got {got}")


@check(hint="Count on paper for 0, 1, 8, 9 and 10 indices with bs=4.")
def test_len_counts_the_lists(submission, rng):
    """`len(batch_sampler)` is the number of lists, with and without drop_last."""
    sizes = [(0, 4), (8, 4), (9, 4), (3, 4), *draw_sizes(rng, 26)]

    for drop_last in (False, True):
        actual = submission.run(lengths, sizes=sizes, drop_last=drop_last)
        for (n, bs), got in zip(sizes, actual, strict=True):
            expected = n // bs if drop_last else math.ceil(n / bs)
            what = f"len of a batch sampler, {n} indices, bs={bs}, drop_last={drop_last}"
            require(got == expected, f"{what}: expected {expected}, got {got}")


@check(requires=_LEN, hint="Two numbers are enough to know how many lists there will be.")
def test_len_takes_no_index(submission):
    """`len(batch_sampler)` does not run through the sampler."""
    taken = submission.run(indices_taken_by_len, n=10, bs=3)

    require(taken == 0, f"len(batch_sampler) took {taken} indices from the sampler; expected none")
