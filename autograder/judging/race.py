"""Time a submission and a reference in turn, and decide whether the submission is fast enough.

Each runs in a cage of its own, both on one core that no other timing has. While one is timed the
other is stopped, threads and all, so it can neither work ahead nor disturb. The clock is the
judge's: it runs from the order to go on until the whole answer is here, so work that is put off,
or left to a thread, is timed, too. Every sample has inputs of its own, and its answer is compared
once the clock has stopped. What a submission does more than twice as long as the reference
*before* the clock starts is added to its time.
"""

from __future__ import annotations

import contextlib
import math
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from autograder.judging.comparison import Mismatch, assert_close
from autograder.judging.implementation import Finding, Submitted, UngradableError
from autograder.judging.speed import Decision, decide, interval
from autograder.language import tr
from autograder.results.report import Speed
from autograder.sandbox.devices import CPU, CUDA
from autograder.sandbox.exclusive import exclusive_core, exclusive_gpu

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import numpy as np

    from autograder.judging.implementation import Local, Probe

__all__ = ["Stopwatch"]

_SAMPLE = 0.021
"""Seconds that a sample should take: a hundred times the way to the worker and back."""
_SHORTEST = 0.020
_TELLING = 0.001
"""A lap that takes so long says how long more repetitions would take."""
_GROWTH = 40
"""How many times more repetitions the next lap may have at most."""
_ALIKE = 0.7
"""Where the submission needs about as many repetitions for a sample, both run the same number."""
_SECONDS = 8.0
"""When time is up and the samples still lie on both sides of the limit, the submission passes."""
_ENOUGH = 20
"""So many pairs are taken however long they take: being slow must not end the test."""
_MUCH_MORE = 1.5
_TOO_LONG_TO_COUNT = 0.05
"""Seconds of one repetition above which its operations are not counted, which takes far longer."""
_FREE_SETUP = 2.0
"""A set-up may take so many times the reference's before the rest is added to the time."""


class _Lap(NamedTuple):
    """What one implementation did on the inputs of one seed."""

    repeats: int
    seconds: float
    setup: float
    seen: Any

    @property
    def each(self) -> float:
        """Seconds of one repetition."""
        return self.seconds / self.repeats


class _Lane:
    """One implementation in its cage, stopped but while it is asked.

    Args:
        implementation: What runs.
        probe: The timed probe.
        inputs: What it gets besides `repeats` and `seed`.
    """

    def __init__(
        self, implementation: Submitted, probe: Probe, inputs: Mapping[str, object]
    ) -> None:
        self.implementation = implementation
        self._probe = probe
        self._inputs = inputs
        self.repeats = 1
        """How many repetitions make a sample."""
        self.each = 0.0
        """Seconds of one repetition, the last time."""

    def run(self, seed: int, repeats: int) -> _Lap:
        """Return what *repeats* repetitions took on the inputs of *seed*, and gave."""
        implementation = self.implementation
        implementation.resume()
        implementation.prepare(self._probe, repeats=repeats, seed=seed, **self._inputs)
        setup = implementation.seconds
        seen = implementation.finish()
        implementation.pause()
        lap = _Lap(repeats, implementation.seconds, setup, seen)
        self.each = lap.each
        return lap

    def count(self, implementation: Submitted, seed: int) -> Any:
        """Return the counts of what one repetition executes on *implementation*."""
        return implementation.count(self._probe, repeats=1, seed=seed, **self._inputs)

    def warm_up(self, seeds: Iterator[int], repeats: int) -> None:
        """Run without being judged, until it is known how many repetitions make a sample."""
        lap = self.run(next(seeds), 1)
        if lap.seconds >= _SHORTEST:
            return
        self.repeats = repeats
        while (lap := self.run(next(seeds), self.repeats)).seconds < _TELLING:
            self.adapt(lap, 3 * _TELLING)
        self.adapt(lap)

    def adapt(self, lap: _Lap, seconds: float = _SAMPLE) -> None:
        """Have more repetitions from now on if *lap* was too short: so many as take *seconds*."""
        if lap.seconds < _SHORTEST:
            self.repeats = math.ceil(lap.repeats * min(_GROWTH, seconds / lap.seconds))


class Stopwatch:
    """The fixture `speed`: `speed(probe, submission, reference, at_most=5.0, **inputs)`.

    Args:
        rng: Where the seeds of the samples' inputs come from.
        pairs: How many pairs of samples to take, whatever they say; None: until it is decided.
    """

    def __init__(self, rng: np.random.Generator, pairs: int | None = None) -> None:
        self._seeds = iter(lambda: int(rng.integers(2**31)), -1)
        self._pairs = pairs
        self.result: Speed | None = None
        """What was measured; for the report."""

    def __call__(
        self,
        probe: Probe,
        submission: Submitted,
        reference: Local,
        *,
        at_most: float | dict[str, float],
        floor: float = 0.1,
        rtol: float | None = None,
        atol: float | None = None,
        **inputs: object,
    ) -> None:
        """Require that *submission* takes at most *at_most* times as long as *reference*.

        Args:
            probe: A generator function `probe(impl, repeats, seed, **inputs)`, with an argument
                `device="cpu"` where the exercise has other devices: it draws inputs from *seed*, yields once, does its work *repeats* times, each time on inputs of its own,
                and returns something small that depends on all of it. The clock runs from the
                `yield` on.
            submission: What is judged.
            reference: What it is compared with: `torch_impl`, `solution` or `baseline`.
            at_most: Limit of the median ratio of the two times; one for each device where they
                differ, as in `{"cpu": 5.0, "cuda": 12.0}`.
            floor: Median ratio that nothing right comes below; what does is `suspicious`.
            rtol: As for `assert_close`, which compares the two answers to every sample.
            atol: Likewise.
            **inputs: What the probe gets besides.

        Raises:
            Mismatch: If it is slower, or gave another answer than the reference.
            Finding: If student code raised, hung or ended.
        """
        ratios: list[float] = []
        limit = at_most[submission.device] if isinstance(at_most, dict) else at_most
        if submission.device != CPU:
            inputs["device"] = submission.device
        with _lanes(probe, submission, reference, inputs) as (own, other):
            with _ours():
                other.warm_up(self._seeds, repeats=1)
            own.warm_up(self._seeds, repeats=max(1, other.repeats // 16))
            decision, until = Decision.OPEN, time.monotonic() + _SECONDS
            while self._goes_on(decision, len(ratios), until):
                ratios.append(self._pair(own, other, len(ratios), rtol=rtol, atol=atol))
                decision = decide(ratios, limit)
                result = _result(ratios, decision, limit, floor, reference.name)
                self.result = result
            if decision is Decision.SLOW:
                raise Mismatch(_too_slow(result, self._work(own, other, submission)))

    def _work(self, own: _Lane, other: _Lane, submission: Submitted) -> tuple[Any, Any] | None:
        """Return what both execute for one repetition; None where counting would take long."""
        if own.each > _TOO_LONG_TO_COUNT:
            return None
        seed = next(self._seeds)
        submission.resume()
        mine = own.count(submission, seed)
        other.implementation.resume()
        with _ours():
            return mine, other.count(other.implementation, seed)

    def _goes_on(self, decision: Decision, pairs: int, until: float) -> bool:
        if self._pairs is not None:
            return pairs < self._pairs
        is_time_up = pairs >= _ENOUGH and time.monotonic() > until
        return decision is Decision.OPEN and not is_time_up

    def _pair(
        self, own: _Lane, other: _Lane, number: int, *, rtol: float | None, atol: float | None
    ) -> float:
        """Take one sample of each, and return how many times longer the submission took."""
        seed = next(self._seeds)
        repeats = other.repeats if own.repeats > _ALIKE * other.repeats else own.repeats
        if number % 2:  # A B B A: what drifts helps neither
            lap = own.run(seed, repeats)
        with _ours():
            theirs = other.run(seed, other.repeats)
        if not number % 2:
            lap = own.run(seed, repeats)
        own.adapt(lap)
        other.adapt(theirs)
        with _ours():
            expected = theirs if repeats == theirs.repeats else other.run(seed, repeats)
        assert_close(
            lap.seen, expected.seen, rtol=rtol, atol=atol, what="the result of a timed run"
        )
        charged = max(0.0, lap.setup - _FREE_SETUP * expected.setup)
        return (lap.each + charged / repeats) / theirs.each


@contextlib.contextmanager
def _lanes(
    probe: Probe, submission: Submitted, reference: Local, inputs: Mapping[str, object]
) -> Iterator[tuple[_Lane, _Lane]]:
    """Yield both in cages of their own, on one core that no other timing has."""
    gpu = exclusive_gpu() if submission.device == CUDA else contextlib.nullcontext()
    with (
        gpu,
        exclusive_core() as core,
        _stopped(submission),
        submission.twin(core) as own,
        submission.rival(reference, core) as other,
    ):
        own.start()  # both at once, since each takes its time to be caged
        other.start()
        own.load()
        own.pause()
        with _ours():
            other.load()
        yield _Lane(own, probe, inputs), _Lane(other, probe, inputs)


@contextlib.contextmanager
def _stopped(submission: Submitted) -> Iterator[None]:
    """Stop the worker of the other checks meanwhile, and whatever it may have left running."""
    submission.pause()
    try:
        yield
    finally:
        submission.resume()


@contextlib.contextmanager
def _ours() -> Iterator[None]:
    """Make what our own code does wrong our own trouble, not the student's."""
    try:
        yield
    except (Finding, UngradableError) as error:
        raise RuntimeError(f"the reference of a speed check failed: {error}") from error


def _result(
    ratios: Sequence[float], decision: Decision, limit: float, floor: float, reference: str
) -> Speed:
    ratio, low, high = interval(ratios)
    return Speed(
        ratio=round(ratio, 3),
        low=round(low, 3),
        high=None if math.isinf(high) else round(high, 3),
        limit=limit,
        samples=len(ratios),
        conclusive=decision is not Decision.OPEN,
        reference=reference,
        suspicious=high < floor,
        ratios=tuple(round(x, 3) for x in ratios),
    )


def _too_slow(result: Speed, work: tuple[Any, Any] | None) -> str:
    """Say how slow it is and, from what both executed for one repetition, where to look."""
    reference = tr(result.reference)
    said = tr(
        "your code takes {ratio:.3g} times as long as {reference}; at most {limit:g} times is "
        "allowed ({samples} pairs of runs, in turn).",
        ratio=result.ratio,
        reference=reference,
        limit=result.limit,
        samples=result.samples,
    )
    if work is None:
        return said
    mine, theirs = work
    try:
        said += tr(
            " Each time it runs {calls:,} tensor operations, which write {elements:,} elements, "
            "and {lines:,} lines of your Python; {reference} runs {its_calls:,} operations for "
            "{its_elements:,}.",
            calls=mine["calls"],
            elements=mine["elements"],
            lines=mine["lines"],
            reference=reference,
            its_calls=theirs["calls"],
            its_elements=theirs["elements"],
        )
        if all(mine[what] <= _MUCH_MORE * theirs[what] for what in ("calls", "elements")):
            said += tr(" So the time goes into what Python does between them.")
    except (TypeError, KeyError, ValueError):  # the counts come from the student's process
        pass
    return said
