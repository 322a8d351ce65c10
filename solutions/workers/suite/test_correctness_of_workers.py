"""What worker processes make, how far ahead, and what they leave behind."""

import torch
from probes import (
    death_of_a_worker,
    error_of_the_work,
    lists_ahead,
    luggage,
    oddities_worked,
    processes_of_the_work,
    random_rows,
    repeated,
    tensors_worked,
    worked,
    worked_twice,
    workers_afterwards,
    works_while_the_loop_does,
)
from test_correctness import observe

from autograder.suite import assert_same, check, draw_normal, require

_ORDER = "worked_batches_come_in_order"
_WORKERS = "batches_are_made_in_workers"


def draw_lists(rng, count=8):
    """Return lists of unequal length, of indices in no order."""
    return [rng.permutation(50)[: 1 + k % 3].tolist() for k in range(count)]


def squares(lists):
    return [[i * i for i in rows] for rows in lists]


@check(points=2, hint="Which worker makes which batch, and which is the next that the loop wants?")
def test_worked_batches_come_in_order(submission, rng):
    """The loop gets the batch of every list, in the order of the lists, however long each takes."""
    lists = draw_lists(rng)
    slow = {str(lists[0][0]): 0.4}  # all others are ready before it

    actual = observe(submission, worked, lists=lists, n_workers=2, naps=slow)

    assert_same(actual, squares(lists), what="the batches of 2 workers")


@check(points=2, requires=_ORDER, hint="In which process does `ds[i]` run?")
def test_batches_are_made_in_workers(submission, rng):
    """Rows are read and collated in n_workers processes that are not the loop's own."""
    lists = draw_lists(rng, 12)

    seen = observe(submission, processes_of_the_work, lists=lists, n_workers=2)

    require(not seen["own"], "rows were read or collated in the loop's own process")
    require(seen["together"], "a batch was collated in another process than it was read in")
    got = seen["processes"]
    require(got == 2, f"2 workers: {got} processes made the batches")
    got = seen["started"]
    require(got == 2, f"2 workers: {got} processes were started in one loop")


@check(requires=_WORKERS, hint="A shuffled sampler in another process shuffles otherwise.")
def test_lists_are_taken_at_home(submission, rng):
    """The loop's own process takes the lists from `batches`, and each of them once."""
    lists = draw_lists(rng, 10)

    seen = observe(submission, processes_of_the_work, lists=lists, n_workers=1)

    require(
        seen["lists taken at home"] and seen["lists taken"] == 10,
        f"of 10 lists, {seen['lists taken']} were taken in the loop's own process",
    )


@check(requires=_ORDER, hint="Is there a last list, and is there one for every worker?")
def test_few_lists_are_enough(submission, rng):
    """With fewer lists than workers, or none at all, the loop still ends."""
    for count in (0, 1):
        lists = draw_lists(rng, count)
        actual = observe(submission, worked, lists=lists, n_workers=count + 1)
        assert_same(actual, squares(lists), what=f"the batches of {count} lists")


@check(requires=_ORDER, hint="Which value can stand for the end, if any value may be a batch?")
def test_anything_may_be_made(submission, rng):
    """A batch that is None comes through like any other."""
    actual = observe(submission, oddities_worked, lists=draw_lists(rng, 5))

    assert_same(actual, ["None"] * 5, what="batches that are None")


@check(points=2, requires=_WORKERS, hint="When does a worker get its next list?")
def test_workers_go_on_while_the_loop_works(submission):
    """While the loop holds its first batch, workers make the next ones."""
    seen = observe(submission, works_while_the_loop_does, n_workers=1)

    require(seen, "while the loop held its first batch, no other was made")


@check(requires=_WORKERS, hint="How many batches lie in memory if the loop is slow?")
def test_workers_are_never_too_far_ahead(submission):
    """Never more than 2 * n_workers lists are taken that the loop has not got yet."""
    most = max(observe(submission, lists_ahead, n_workers=1, steps=5))

    require(
        most <= 2,
        f"1 worker: {most} lists more were taken than the loop had got; at most 2 are allowed",
    )


@check(points=2, requires=_WORKERS, hint="What does a worker do with an exception?")
def test_errors_of_the_work_reach_the_loop(submission):
    """An exception of ds or collate_fn reaches the loop in its place, with its arguments."""
    expected = {
        "ds": ([[i * i] for i in range(5)], "OverflowError", ["row", 5]),
        "collate_fn": ([], "LookupError", ["no batch", 7]),
    }
    for kind, (batches, error, arguments) in expected.items():
        seen = observe(submission, error_of_the_work, kind=kind, n_workers=1)
        got = "ended without an error" if seen["arguments"] is None else f"raised {seen['error']}"
        require(seen["error"] == error, f"{kind} raised {error}; the loop {got}")
        assert_same(seen["arguments"], arguments, what="the arguments of the exception")
        assert_same(seen["batches"], batches, what=f"{kind} failed; the batches before that")
        left = seen["left"]
        require(left == 0, f"after an exception of {kind}, {left} workers were left")


@check(requires=_WORKERS, hint="What does a pipe say when the other end is gone?")
def test_a_dead_worker_is_an_error(submission):
    """Where a worker's process ends without a word, the loop raises a RuntimeError."""
    got = observe(submission, death_of_a_worker, row=5)["error"]

    require(got == "RuntimeError", f"a worker died at row 5: RuntimeError expected, got {got}")


@check(requires=_WORKERS, hint="Who tells the workers that there is nothing more to do?")
def test_no_worker_is_left_after_the_loop(submission):
    """After the end of a loop every worker has ended, and was waited for."""
    left = observe(submission, workers_afterwards, n_workers=2, how="the end")["left"]

    require(left == 0, f"after the loop {left} of 2 workers run or were not waited for")


@check(
    points=2,
    requires="no_worker_is_left_after_the_loop",
    hint="Which block of a generator runs when nobody asks it any more?",
)
def test_no_worker_is_left_after_a_break(submission):
    """After a break no worker is left either."""
    left = observe(submission, workers_afterwards, n_workers=1, how="a break")["left"]

    require(left == 0, "after a break, the worker runs or was not waited for")


@check(requires=_ORDER, hint="What belongs to a loop, and what to the loader?")
def test_working_loops_are_independent(submission, rng):
    """Each loop takes new lists from `batches`, and two may run at once."""
    epochs = [draw_lists(rng, 5) for _ in range(3)]

    seen = observe(submission, worked_twice, epochs=epochs)

    *both, last = [squares(lists) for lists in epochs]
    # Which of the two asks for its lists first is free.
    got = seen["at once"]
    require(got in (both, both[::-1]), f"two loops at once: expected {both}, got {got}")
    assert_same(seen["after"], last, what="a loop that follows them")


@check(requires=_WORKERS, hint="What is a random generator's state after a fork?")
def test_every_worker_has_its_own_seed(submission, rng):
    """Random numbers differ from worker to worker, and from epoch to epoch."""
    seeds = [int(rng.integers(1, 2**31)), None]

    epochs = observe(submission, random_rows, seeds=seeds, n_workers=2)

    for which, epoch in enumerate(epochs, start=1):
        numbers = [x for batch in epoch for x in batch]
        require(
            len(numbers) == 12 == len(set(numbers)),
            f"epoch {which}: of {len(numbers)} random numbers that 2 workers drew, "
            f"{len(set(numbers))} are different",
        )
    both = [x for epoch in epochs for batch in epoch for x in batch]
    require(len(set(both)) == 24, "in a second epoch, workers drew the numbers of the first again")


@check(
    requires="every_worker_has_its_own_seed",
    hint="From which generator does the loop draw its seed, and how does worker k use it?",
)
def test_global_seed_repeats_the_epoch(submission, rng):
    """After the same `torch.manual_seed`, workers draw the numbers that the docstring fixes."""
    _, again = observe(submission, repeated, seeds=[int(rng.integers(1, 2**31))] * 2)

    require(again, "twice after the same torch.manual_seed, the numbers were not the same")


@check(requires=_WORKERS, hint="Can a function inside a function be found again by its name?")
def test_workers_could_be_started_elsewhere(submission, rng):
    """What a worker is started with can be pickled, as it must be where nothing can be forked."""
    x = draw_normal(rng, 12, 3)

    seen = observe(submission, luggage, x=x, n_workers=1)

    require(seen["started"] == 1, f"1 worker: {seen['started']} processes were started")
    errors = seen["unpicklable"]
    require(not errors, f"what a process is started with cannot be pickled: {', '.join(errors)}")


@check(requires=_WORKERS, hint="What is in the message that a worker gets for each list?")
def test_the_dataset_travels_once(submission, rng):
    """The dataset is packed at most once for each worker, not for each list."""
    x = draw_normal(rng, 12, 3)

    trips = observe(submission, luggage, x=x, n_workers=1)["journeys"]

    require(trips <= 1, f"1 worker, 12 lists: the whole dataset was packed {trips} times")


@check(requires=_WORKERS, hint="What did your code do to a batch on its way?")
def test_tensors_come_through(submission, rng):
    """Batches of tensors arrive as they were made, also where they are larger than a pipe."""
    x = draw_normal(rng, 4, 40_000, dtype=torch.float64)
    lists = [[3, 1], [1], [3, 0, 2]]

    actual = observe(submission, tensors_worked, x=x, lists=lists, n_workers=1)

    assert_same(actual, [x[rows] for rows in lists], what="batches of rows of 40,000 numbers")
