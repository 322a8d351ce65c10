"""A pool gives a result for every task, whatever dies, and can be stopped."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import pytest

from autograder.errors import CourseError, IsolationError
from autograder.pool import TRIES, LocalPool, Task
from autograder.submission.intake import HandedIn

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass
class Engine:
    """Makes graders that answer as *answer* says: a report, or an exception to raise."""

    answer: Callable[[str], Any]
    asked: list[str] = field(default_factory=list)
    made: int = 0
    closed: int = 0
    dismissed: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def __call__(self, _catalog: Any, *, isolation: str | None = None) -> Self:
        del isolation
        self.made += 1
        return self

    def close(self) -> None:
        self.closed += 1

    def dismiss(self, exercise: Any) -> None:
        self.dismissed.append(exercise.id)

    def grade(self, handed_in: HandedIn, _exercise: Any, *, suite: Any, seed: Any) -> Any:
        del suite, seed
        (text,) = handed_in.contents.values()
        self.asked.append(text.decode())
        time.sleep(self.seconds)
        answer = self.answer(text.decode())
        if isinstance(answer, BaseException):
            raise answer
        return answer


def _task(key: int, text: str = "", exercise: str = "adder") -> Task:
    name = f"{exercise}.py"
    files = HandedIn(names=(name,), contents={name: (text or str(key)).encode()})
    return Task(key=key, exercise=exercise, handed_in=files)


def _run(course, engine, tasks, jobs=2):
    return sorted(LocalPool(course, jobs=jobs, make=engine).run(tasks), key=lambda r: r.key)


def test_every_task_gets_its_result(course, reports):
    """Results come in any order; none is missing and none comes twice."""
    engine = Engine(lambda _: reports.passed())

    results = _run(course, engine, [_task(n) for n in range(30)], jobs=4)

    assert [r.key for r in results] == list(range(30))
    assert all(r.report == reports.passed() and r.reason is None for r in results)


def test_tasks_are_read_only_a_few_ahead(course, reports):
    """A class of any size needs the memory of a few submissions."""
    engine = Engine(lambda _: reports.passed())
    read = []

    def tasks():
        for n in range(20):
            read.append(n)
            yield _task(n)

    results = LocalPool(course, jobs=1, make=engine).run(tasks())
    next(results)

    assert len(read) <= 3
    results.close()


def test_no_tasks_are_no_results(course, reports):
    """Nothing to do ends at once."""
    assert _run(course, Engine(lambda _: reports.passed()), []) == []


def test_trouble_is_tried_again_and_may_pass(course, reports):
    """A judge that died once is replaced, and the submission is graded."""
    answers = iter([reports.errored(), reports.passed()])

    (result,) = _run(course, Engine(lambda _: next(answers)), [_task(0)])

    assert (result.report, result.reason, result.tries) == (reports.passed(), None, 2)


@pytest.mark.parametrize("kind", ["report", "exception"])
def test_trouble_that_stays_becomes_a_reason(course, reports, kind):
    """What kills every judge it meets is given up after a bound; the others are unharmed."""
    trouble = reports.errored() if kind == "report" else OSError("the judge is gone")
    engine = Engine(lambda text: trouble if text == "bad" else reports.passed())

    good, bad, last = _run(course, engine, [_task(0), _task(1, "bad"), _task(2)], jobs=1)

    assert engine.asked.count("bad") == TRIES
    assert engine.made == engine.closed == 1 + (TRIES - 1)
    assert bad.reason == "The grader had trouble 3 times: the judge is gone."
    assert bad.report == (trouble if kind == "report" else None)
    assert good.reason is last.reason is None


def test_a_broken_suite_is_tried_for_the_first_submission_only(course):
    """Each of a hundred submissions need not find out again that the suite is broken."""
    engine = Engine(lambda _: CourseError("The suite of 'adder' is broken: no checks."))

    results = _run(course, engine, [_task(n) for n in range(5)], jobs=1)

    assert len(engine.asked) == TRIES
    assert {r.reason for r in results} == {
        "The grader had trouble 3 times: The suite of 'adder' is broken: no checks."
    }


def test_a_machine_without_a_cage_ends_the_run(course):
    """There is no use in trying every submission where none can be caged."""
    engine = Engine(lambda _: IsolationError("This machine cannot cage student code."))

    with pytest.raises(IsolationError, match="cannot cage"):
        _run(course, engine, [_task(0)])


def test_a_bug_of_ours_is_raised(course):
    """What nobody foresaw is not hidden in a reason."""
    with pytest.raises(ZeroDivisionError, match="ours"):
        _run(course, Engine(lambda _: ZeroDivisionError("ours")), [_task(0)])


def test_stopping_finishes_what_is_in_flight(course, reports):
    """After `stop`, no further task is begun, and those begun give their results."""
    engine = Engine(lambda _: reports.passed(), seconds=0.05)
    pool = LocalPool(course, jobs=2, make=engine)
    results = []

    for result in pool.run(_task(n) for n in range(100)):
        results.append(result)
        pool.stop()

    assert 1 <= len(results) <= 5
    assert len(engine.asked) == len(results)


def test_leaving_early_does_not_wait(course, reports):
    """Who closes the iterator goes at once; the threads end by themselves."""
    going = threading.Event()
    engine = Engine(lambda text: reports.passed() if text == "0" else going.wait(20))
    results = LocalPool(course, jobs=2, make=engine).run(_task(n) for n in range(10))
    next(results)
    began = time.monotonic()

    results.close()

    assert time.monotonic() - began < 10
    going.set()


def test_the_judges_of_an_exercise_end_when_the_next_begins(course, reports):
    """A course of many exercises does not keep a judge for each."""
    engine = Engine(lambda _: reports.passed())

    _run(course, engine, [_task(0), _task(1), _task(2, exercise="doubler")], jobs=1)

    assert engine.dismissed == ["adder"]


def test_the_judges_of_an_exercise_stay_while_somebody_is_at_it(course, reports):
    """Threads that share a grader do not end each other's judges."""
    going, dismissed = threading.Event(), []

    def answer(text):
        if text == "long":
            going.wait(20)
        if text == "other":
            dismissed.extend(engine.dismissed)
            going.set()
        return reports.passed()

    engine = Engine(answer)
    tasks = [_task(0, "long"), _task(1), _task(2, "other", exercise="doubler")]

    assert len(_run(course, engine, tasks)) == len(tasks)
    assert dismissed == []


@pytest.mark.parametrize(("jobs", "graders"), [(1, 1), (4, 1), (5, 2), (8, 2)])
def test_some_threads_share_a_grader(course, reports, jobs, graders):
    """A machine of many cores does not import torch for each; all are closed in the end."""
    engine = Engine(lambda _: reports.passed())

    _run(course, engine, [_task(n) for n in range(10)], jobs=jobs)

    assert engine.made == engine.closed == graders
