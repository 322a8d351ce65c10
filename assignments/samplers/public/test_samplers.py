"""Run these with `grade check samplers`, or with plain pytest."""

import torch
from probes import collated, error_of_collate, lengths, lists, loaded, orders

from autograder.suite import assert_same, check, draw_labels, draw_normal, require


@check(hint="Which function of torch draws all numbers below n in random order?")
def test_every_index_comes_once(submission):
    """A sampler gives every index once: in order, or with shuffle in another order each time."""
    (plain,) = submission.run(orders, n=9, shuffle=False, times=1)
    require(plain == list(range(9)), f"Sampler(9): expected 0 to 8 in order, got {plain}")

    first, second = submission.run(orders, n=9, shuffle=True, times=2)
    for order in (first, second):
        require(sorted(order) == plain, f"Sampler(9, shuffle=True): got {order}")
    require(first != second, "Sampler(9, shuffle=True): two epochs came in the same order")


@check(hint="Collect indices until there are bs of them; what is left at the end?")
def test_lists_have_the_right_indices(submission):
    """Ten indices with bs=4 come in lists of 4, 4 and 2, or of 4 and 4 with drop_last."""
    items = [7, 1, 8, 2, 9, 3, 0, 4, 6, 5]
    expected = [items[:4], items[4:8], items[8:]]

    actual = submission.run(lists, items=items, bs=4, drop_last=False)
    assert_same(actual, expected, what="the lists without drop_last")
    actual = submission.run(lists, items=items, bs=4, drop_last=True)
    assert_same(actual, expected[:2], what="the lists with drop_last")


@check(requires="lists_have_the_right_indices", hint="What is left after a last list that is full?")
def test_no_list_is_empty(submission):
    """Eight indices with bs=4 come in two lists."""
    actual = submission.run(lists, items=list(range(8)), bs=4, drop_last=False)

    assert_same(actual, [[0, 1, 2, 3], [4, 5, 6, 7]], what="the lists of eight indices")


@check(hint="Count the lists on paper, for both settings of drop_last.")
def test_len_is_the_number_of_lists(submission):
    """`len(batch_sampler)` counts the lists."""
    for n, expected in {8: [2, 2], 10: [3, 2], 3: [1, 0]}.items():
        actual = submission.run(lengths, n=n, bs=4)
        what = f"len for {n} indices and bs=4, without and with drop_last"
        require(actual == expected, f"{what}: expected {expected}, got {actual}")


@check(hint="One case for tensors, one for numbers, and one that looks inside.")
def test_samples_become_a_batch(submission, rng):
    """Pairs of a tensor and a number become a pair of tensors."""
    x, y = draw_normal(rng, 4, 3), draw_labels(rng, 4, 10)

    actual = submission.run(collated, samples=list(zip(x, y.tolist(), strict=True)))

    assert_same(actual, (x, y), what="the batch of four pairs (tensor, int)")


@check(requires="samples_become_a_batch", hint="How far does `zip` go, and can it complain?")
def test_uneven_samples_are_refused(submission):
    """A pair beside a triple is an error."""
    x = torch.zeros(2)

    error = submission.run(error_of_collate, samples=[(x, x), (x, x, x)])

    require(error in ("ValueError", "RuntimeError"), f"expected an error, got {error}")


@check(hint="For each list of indices, one list of samples goes to collate_fn.")
def test_loader_collates_the_samples_of_each_list(submission):
    """In every epoch, collate_fn gets the list of the samples that a list of indices names."""
    rows, batches = ["a", "b", "c", "d", "e"], [[4, 0], [2, 1, 3]]

    first, second = submission.run(loaded, rows=rows, batches=batches)

    expected = [["list", "e", "a"], ["list", "c", "b", "d"]]
    assert_same(first, expected, what="what collate_fn was given")
    assert_same(second, expected, what="what collate_fn was given in the second epoch")
