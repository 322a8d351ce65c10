"""Two implementations are timed in turn: what is right passes, what cheats or is slow does not."""

from __future__ import annotations

import os

import numpy as np
import pytest

from autograder.judging.comparison import Mismatch
from autograder.judging.implementation import Finding, Local, Submitted, load_module
from autograder.judging.race import Stopwatch
from autograder.results.verdict import Verdict
from autograder.sandbox.custody import ForkServer
from autograder.sandbox.limits import WorkerLimits
from autograder.sandbox.wire import Load
from autograder.submission.policy import ALLOWED

_PROBES = '''
import torch


def sums(impl, repeats, seed, size):
    """Time *repeats* sums, each of numbers of its own."""
    generator = torch.Generator().manual_seed(seed)
    buffer = torch.randn(size + repeats, generator=generator)
    adder = impl.Adder()
    yield
    return [adder.add(buffer[t : t + size]) for t in range(repeats)][-1]


def where(impl):
    """Return on which cores this process may run."""
    import os
    return sorted(os.sched_getaffinity(0))


def yields_twice(impl, repeats, seed):
    """Break the rule."""
    yield
    yield
'''
_probes: dict[str, object] = {}
exec(_PROBES, _probes)
sums, where, yields_twice = (_probes[name] for name in ("sums", "where", "yields_twice"))

PLAIN = """
class Adder:
    def add(self, x):
        return x.sum()
"""
SLOW = """
class Adder:
    def add(self, x):
        return x.new_tensor(sum(x.tolist()))
"""
IN_INIT = """
import time

class Adder:
    def __init__(self):
        until = time.perf_counter() + 0.3
        while time.perf_counter() < until:
            pass

    def add(self, x):
        return x.sum()
"""
REMEMBERS = """
class Adder:
    seen = None

    def add(self, x):
        if Adder.seen is None:
            Adder.seen = x.new_tensor(sum(x.tolist()))
        return Adder.seen
"""
SLEEPS = """
import time

class Adder:
    def add(self, x):
        time.sleep(0.002)
        return x.sum()
"""
SLOW_LATER = """
class Adder:
    calls = 0

    def add(self, x):
        Adder.calls += 1
        return x.new_tensor(sum(x.tolist())) if Adder.calls > 3 else x.sum()
"""
PATCHES_CLOCKS = """
import time
time.perf_counter = time.monotonic = time.time = lambda: 0.0

class Adder:
    def add(self, x):
        return x.new_tensor(sum(x.tolist()))
"""
RAISES_LATER = """
class Adder:
    calls = 0

    def add(self, x):
        Adder.calls += 1
        if Adder.calls > 50:
            raise KeyError("later")
        return x.sum()
"""
SIZE = 20_000


@pytest.fixture(scope="module")
def server():
    """Give one fork server for all."""
    with ForkServer() as server:
        yield server


@pytest.fixture
def race(server, tmp_path):
    """Give a function that times a text beside the plain way, and returns what was measured."""

    def race(text, *, probe=sums, reference=PLAIN, at_most=3.0, floor=0.1, pairs=None):
        (tmp_path / "plain.py").write_text(reference)
        local = Local(load_module("plain_for_a_race", tmp_path / "plain.py"), "the plain way")
        load = Load(
            files={"adder.py": text},
            names=("Adder",),
            probes=_PROBES,
            imports=ALLOWED,
            forbidden=(),
        )
        inputs = {"size": SIZE} if probe is sums else {}
        stopwatch = Stopwatch(np.random.default_rng(0), pairs)
        with Submitted(server.control, WorkerLimits(), load, 3.0) as submission:
            submission.load()
            try:
                stopwatch(probe, submission, local, at_most=at_most, floor=floor, **inputs)
            except (Mismatch, Finding) as error:
                return stopwatch.result, error
            assert submission.run(where)  # it goes on afterwards
        return stopwatch.result, None

    return race


def test_the_same_code_passes_with_a_ratio_of_one(race):
    """What is as fast as the reference is found to be."""
    result, error = race(PLAIN)

    assert error is None
    assert 0.5 < result.ratio < 2
    assert result.conclusive
    assert not result.suspicious


def test_slow_code_fails_and_is_told_what_it_does(race):
    """The sentence has the ratio, the limit, and the work beside the reference's."""
    result, error = race(SLOW)

    assert result.ratio > 10
    assert result.conclusive
    assert "times as long as the plain way; at most 3 times is allowed" in error.message
    assert "lines of your Python" in error.message


def test_work_done_before_the_clock_starts_is_charged(race):
    """Moving the work into `__init__` does not help."""
    result, error = race(IN_INIT)

    assert isinstance(error, Mismatch)
    assert result.ratio > 3


def test_an_answer_that_is_remembered_is_wrong(race):
    """Every sample has inputs of its own, so an old answer does not fit."""
    _, error = race(REMEMBERS)

    assert "the result of a timed run" in error.message


def test_sleep_counts(race):
    """The clock is that of the wall: waiting is taking long."""
    result, error = race(SLEEPS)

    assert isinstance(error, Mismatch)
    assert result.ratio > 10


def test_being_fast_at_first_does_not_help(race):
    """The runs that are not judged say nothing about those that are."""
    _, error = race(SLOW_LATER)

    assert error is not None


def test_clocks_of_the_submission_do_not_count(race):
    """Patching every clock there is changes nothing."""
    result, error = race(PATCHES_CLOCKS)

    assert isinstance(error, Mismatch)
    assert result.ratio > 10


def test_an_exception_in_a_timed_run_is_the_students(race):
    """What is raised while the clock runs is a finding like any other."""
    _, error = race(RAISES_LATER)

    assert isinstance(error, Finding)
    assert error.verdict is Verdict.FAILED
    assert "KeyError" in error.message


def test_what_is_faster_than_possible_is_suspicious(race):
    """A ratio below the floor is marked, and passes as what it is."""
    result, error = race(PLAIN, reference=SLOW, at_most=3.0, floor=0.5)

    assert error is None
    assert result.suspicious


def test_a_reference_that_breaks_is_our_trouble(race):
    """The student is not blamed for our own code."""
    with pytest.raises(RuntimeError, match="the reference of a speed check failed"):
        race(PLAIN, reference="class Adder:\n    pass\n")


def test_a_probe_that_yields_twice_is_refused(race):
    """A timed probe has one `yield`."""
    with pytest.raises(RuntimeError, match="the reference of a speed check failed"):
        race(PLAIN, probe=yields_twice)


def test_a_fixed_number_of_pairs_is_taken(race):
    """A calibration wants estimates that are equally good."""
    result, _ = race(PLAIN, pairs=7)

    assert result.samples == len(result.ratios) == 7


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system pins no process")
def test_a_pinned_worker_stays_on_its_core(server):
    """The worker has the core that it was given, and no other."""
    load = Load(
        files={"adder.py": PLAIN}, names=("Adder",), probes=_PROBES, imports=ALLOWED, forbidden=()
    )
    core = max(os.sched_getaffinity(0))
    with Submitted(server.control, WorkerLimits(), load, 3.0, core=core) as submission:
        assert submission.run(where) == [core]
