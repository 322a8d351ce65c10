"""Run these with `grade check workers`, or with plain pytest."""

from probes import (
    HUNG,
    ahead,
    children_after_a_break,
    prefetched,
    threads_after_a_break,
    worked,
)

from autograder.suite import assert_same, check, require

LISTS = [[3, 1], [4], [0, 2, 5], [7], [6, 9]]


@check(hint="What ends the loop when the source has no more batches?")
def test_prefetched_batches_come_in_order(submission):
    """The loop gets every batch of the source, in order, and ends."""
    for count in (12, 1, 0):
        got, end = submission.run(prefetched, count=count, n=2)
        require(end is None, f"{count} batches: the loop ended with {end}")
        assert_same(got, list(range(count)), what=f"the batches of a source of {count}")


@check(requires="prefetched_batches_come_in_order", hint="What bounds a queue?")
def test_the_thread_works_ahead_and_not_too_far(submission):
    """While the loop holds its first batch, n or n + 1 more are fetched."""
    for n in (1, 3):
        more = submission.run(ahead, n=n)
        require(more != HUNG, f"n={n}: {HUNG}")
        require(n <= more <= n + 1, f"n={n}: {more} more batches were fetched; n or n + 1 expected")


@check(requires="prefetched_batches_come_in_order", hint="Who hears of an exception in a thread?")
def test_errors_of_the_source_reach_the_loop(submission):
    """Where the source fails at batch 3, the loop gets batches 0 to 2 and then the exception."""
    got, end = submission.run(prefetched, count=8, n=2, fails_at=3)

    require(end == "OverflowError", f"the source raised OverflowError, the loop ended with {end}")
    assert_same(got, [0, 1, 2], what="the batches before")


@check(requires="prefetched_batches_come_in_order", hint="Which block of a generator always runs?")
def test_no_thread_is_left_after_a_break(submission):
    """After a break the thread ends."""
    left = submission.run(threads_after_a_break)

    require(left == 0, f"after a break, threads left: {left}")


@check(hint="Which worker makes which batch, and which is the next that the loop wants?")
def test_worked_batches_come_in_order(submission):
    """Two workers make the batch of every list, in the order of the lists."""
    seen = submission.run(worked, lists=LISTS, n_workers=2)

    require(seen["end"] is None, f"the loop ended with {seen['end']}")
    assert_same(seen["rows"], LISTS, what="the rows of every batch")


@check(requires="worked_batches_come_in_order", hint="In which process does `ds[i]` run?")
def test_batches_are_made_in_workers(submission):
    """Rows are read in as many processes as there are workers, and not in the loop's own."""
    seen = submission.run(worked, lists=LISTS, n_workers=2)

    require(not seen["own"], "rows were read in the loop's own process")
    require(seen["processes"] == 2, f"2 workers: {seen['processes']} processes read the rows")


@check(requires="worked_batches_come_in_order", hint="Who tells the workers, and waits for them?")
def test_no_worker_is_left_after_a_break(submission):
    """After a break no worker runs, and each was waited for."""
    left = submission.run(children_after_a_break, lists=LISTS)

    require(left != HUNG, f"after a break, {HUNG}")
    require(not left, "after a break, a worker still runs or was not waited for")
