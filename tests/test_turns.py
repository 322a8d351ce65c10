"""Turns of many exercises are taken by a few threads that are busy to the end, and that can be stopped."""

from __future__ import annotations

import threading
import time
from types import SimpleNamespace

import pytest

from autograder import turns
from autograder.turns import take_turns


class _Grader:
    """Stands in for the engine; notes what is dismissed and closed."""

    def __init__(self):
        self.dismissed, self.closed = [], threading.Event()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def dismiss(self, exercise):
        self.dismissed.append(exercise.id)

    def close(self):
        self.closed.set()


class _Dossier:
    """The turns of one exercise; notes which grader took which."""

    def __init__(self, name, count, take=None, allow=()):
        self.exercise = SimpleNamespace(id=name, allow=allow)
        self.turns = [SimpleNamespace(name=f"{i}.py") for i in range(count)]
        self.taken = []
        self._take = take

    def take(self, grader, number):
        self.taken.append((grader, number))
        if self._take:
            self._take(grader, number)


@pytest.fixture
def graders(monkeypatch):
    """Give the graders that are made."""
    made = []

    def make(_catalog, *, isolation):
        assert isolation is None
        made.append(_Grader())
        return made[-1]

    monkeypatch.setattr(turns, "Grader", make)
    return made


def _go(dossiers, threads, progress=lambda *_: None):
    take_turns(None, dossiers, isolation=None, progress=progress, threads=threads)


def test_every_turn_is_taken_once_and_the_longest_exercise_first(graders):
    """One thread goes through one exercise after the other, and lets go of its judges."""
    seen = []
    short, long = _Dossier("short", 2), _Dossier("long", 4)

    _go([short, long], 1, lambda done, of, name: seen.append((done, of, name)))

    (grader,) = graders
    assert [number for _, number in short.taken + long.taken] == [0, 1, 0, 1, 2, 3]
    assert grader.dismissed == ["long"]
    assert grader.closed.is_set()
    assert seen[0] == (0, 6, "long: 0.py")
    assert seen[-1] == (5, 6, "short: 1.py")


def test_each_thread_has_an_exercise_of_its_own_and_helps_in_the_end(graders):
    """So that no core waits while another has a long exercise to itself."""

    def wait(_grader, _number):
        time.sleep(0.01)

    long, short = _Dossier("long", 60, wait), _Dossier("short", 10, wait)

    _go([short, long], 2)

    assert len({id(grader) for grader, _ in short.taken}) == 1
    assert len({id(grader) for grader, _ in long.taken}) == 2
    assert sorted(number for _, number in long.taken) == list(range(60))
    assert len(graders) == 2


def test_what_waits_long_comes_first(graders):
    """Code that may start processes waits for deadlines; meanwhile other threads work."""
    seen = []
    waits, long = _Dossier("waits", 2, allow=("processes",)), _Dossier("long", 4)

    _go([long, waits], 1, lambda _done, _of, name: seen.append(name))

    assert seen[0] == "waits: 0.py"
    assert len(graders) == 1


def test_nobody_helps_with_the_last_few(graders):
    """Starting judges would take longer than they do."""
    started = threading.Event()

    def slow(_grader, _number):
        started.set()
        time.sleep(0.1)

    def fast(_grader, _number):
        started.wait(5)

    long, short = _Dossier("long", 5, slow), _Dossier("short", 1, fast)

    _go([short, long], 2)

    assert len({id(grader) for grader, _ in long.taken}) == 1
    assert all(grader.dismissed == [] for grader in graders)


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_what_ends_one_thread_ends_all(graders, error):
    """The others' graders are closed under them, and what they say then is not heard."""
    begun = threading.Barrier(2, timeout=10)

    def raises(_grader, _number):
        begun.wait()
        raise error("the first")

    def hangs(grader, _number):
        begun.wait()
        assert grader.closed.wait(10)
        raise ValueError("I/O operation on closed file")

    endless = _Dossier("endless", 50, hangs)

    with pytest.raises(error, match="the first"):
        _go([endless, _Dossier("breaks", 10, raises)], 2)

    assert len(endless.taken) == 1
    assert all(grader.closed.is_set() for grader in graders)


def test_nothing_to_do_is_done_at_once(graders):
    """A course of which no exercise can be graded starts no engine's processes."""
    _go([_Dossier("none", 0)], 2)

    assert [grader.dismissed for grader in graders] == [[]]
