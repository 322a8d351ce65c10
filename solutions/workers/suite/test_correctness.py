"""What a thread that fetches batches in advance gives, when, and what it leaves behind."""

from probes import (
    HUNG,
    ahead_of_the_loop,
    error_of_the_source,
    fetched_and_worked_on,
    prefetched,
    prefetched_again,
    prefetched_at_once,
    prefetched_oddities,
    processor_time_of_waiting,
    threads_afterwards,
    threads_of_the_source,
)

from autograder.suite import assert_same, check, require

_ORDER = "prefetched_batches_come_in_order"
_AHEAD = "the_thread_works_ahead"


def observe(submission, probe, hint=None, **inputs):
    """Return what *probe* observed; a loop that never came to its end fails the check."""
    seen = submission.run(probe, **inputs)
    require(seen != HUNG, f"the loop did not come to its end: {HUNG}", hint=hint)
    return seen


@check(points=2, hint="What must be handed over from the thread to the loop, and what ends it?")
def test_prefetched_batches_come_in_order(submission, rng):
    """The loop gets every batch of the source once, in order, and then ends."""
    items = (1 + rng.permutation(20)).tolist()
    for n in (1, 3):
        for naps in (None, (rng.random(20) * 0.004).tolist()):
            actual = observe(submission, prefetched, items=items, n=n, naps=naps)
            assert_same(actual, items, what=f"the batches with n={n}")


@check(requires=_ORDER, hint="Which value can stand for the end, if any value may be a batch?")
def test_anything_may_be_a_batch(submission):
    """None, zero, False and empty lists come through like any other batch."""
    actual = observe(submission, prefetched_oddities)

    expected = ["None", "0", "[]", "()", "''", "False", "None"]
    assert_same(actual, expected, what="batches that Python takes for nothing")


@check(requires=_ORDER, hint="What does the loop wait for if no batch ever comes?")
def test_empty_source_gives_no_batch(submission):
    """A source without batches gives a loop without batches."""
    assert_same(observe(submission, prefetched, items=[], n=2), [], what="the batches")


@check(points=2, requires=_ORDER, hint="What should happen while the loop works on its batch?")
def test_the_thread_works_ahead(submission):
    """While the loop holds a batch, the next n are fetched."""
    for n in (1, 4):
        seen = observe(submission, ahead_of_the_loop, n=n, steps=3)
        for step, ahead in enumerate(seen, start=1):
            require(
                ahead >= n,
                f"n={n}: while the loop held batch {step}, the source was asked for "
                f"{max(ahead, 0)} batches more; expected {n}, given time",
            )


@check(requires=_AHEAD, hint="What stops the thread when the loop is slow, and where does it wait?")
def test_the_thread_is_never_too_far_ahead(submission):
    """The source is never asked for more than n + 1 batches that the loop has not got yet."""
    for n in (1, 4):
        seen = observe(submission, ahead_of_the_loop, n=n, steps=3)
        for step, ahead in enumerate(seen, start=1):
            require(
                ahead <= n + 1,
                f"n={n}: while the loop held batch {step}, the source had been asked for "
                f"{ahead} more; at most {n + 1} are allowed",
            )


@check(
    points=2,
    requires=(_AHEAD, "the_thread_is_never_too_far_ahead"),
    hint="What may happen between the moment a batch is there and the moment the loop has it?",
)
def test_fetching_and_working_overlap(submission):
    """Each batch reaches the loop once it is there, and the next is fetched while the loop works."""
    for n in (1, 2):
        seen = observe(submission, fetched_and_worked_on, n=n, count=9)
        late = seen["late"]
        require(
            not late,
            f"n={n}: batch {late[0] if late else ''} was fetched, but the loop did not get it "
            "while the next one was on its way",
        )
        met = seen["met"]
        require(
            len(met) == 9 and all(met),
            f"n={n}: while the loop worked on batch {len(met) - 1}, the next one was not fetched",
        )


@check(requires=_ORDER, hint="How many threads does one epoch need?")
def test_one_thread_fetches_everything(submission):
    """In one loop, all batches are fetched by one thread, which is not the loop's own."""
    seen = observe(submission, threads_of_the_source, n=2)

    require(not seen["own"], "batches were fetched in the loop's own thread")
    require(seen["threads"] == 1, f"one loop fetched in {seen['threads']} threads; expected 1")


@check(
    points=2,
    requires=_ORDER,
    hint="Who hears of an exception in a thread, if nobody catches it there?",
)
def test_errors_of_the_source_reach_the_loop(submission):
    """Where the source raises, the loop gets the batches before, and then that exception."""
    for fails_at, n in ((3, 2), (0, 1)):
        seen = observe(submission, error_of_the_source, fails_at=fails_at, n=n)
        what = f"the source failed at batch {fails_at}; the batches before it"
        assert_same(seen["batches"], list(range(fails_at)), what=what)
        got = "ended without an error" if seen["arguments"] is None else f"raised {seen['error']}"
        require(
            seen["error"] == "OverflowError", f"the source raised OverflowError; the loop {got}"
        )
        what = "the arguments of the exception"
        assert_same(seen["arguments"], ["batch", fails_at], what=what)


@check(
    requires="errors_of_the_source_reach_the_loop",
    hint="Is it the same exception object that the loop raises?",
)
def test_the_traceback_shows_the_source(submission):
    """The traceback of an exception shows the line of the source that raised it."""
    seen = observe(submission, error_of_the_source, fails_at=2, n=2)

    require(seen["place"], "the traceback does not show where the source raised the exception")


@check(points=2, requires=_ORDER, hint="Who tells the thread that nobody will ask any more?")
def test_the_thread_ends_with_the_loop(submission):
    """After a loop, a break, or an exception in its body, the thread has ended."""
    for how in ("the end", "a break", "an exception in its body"):
        for n in (1, 3):
            left = observe(submission, threads_afterwards, n=n, how=how)
            more = "a thread" if left == 1 else f"{left} threads"
            require(left == 0, f"n={n}: a loop ended by {how}, and {more} did not end")


@check(requires=_ORDER, hint="What belongs to a loop, and what to the loader?")
def test_prefetching_loops_are_independent(submission, rng):
    """Loops that follow each other, and two at once, each get all batches."""
    items = rng.permutation(9).tolist()

    seen = observe(submission, prefetched_again, items=items, n=2)
    assert_same(seen, [items, items], what="two loops that follow each other")
    seen = observe(submission, prefetched_at_once, items=items, n=2)
    assert_same(seen, [(i, i) for i in items], what="two loops at once")


@check(requires=_ORDER, hint="How does Python let a thread sleep until somebody wakes it?")
def test_waiting_costs_no_processor_time(submission):
    """While one side waits for the other, the processor is free."""
    busy = observe(submission, processor_time_of_waiting)

    require(busy is False, "while it waited for half a second, your code kept the processor busy")
