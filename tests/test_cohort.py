"""A class is graded once, whatever order things come in and whatever stops them."""

from __future__ import annotations

import contextlib
import shutil
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.cohort import Cohort
from autograder.course.catalog import Catalog
from autograder.errors import UserError
from autograder.ledger.checking import check
from autograder.ledger.store import Ledger
from autograder.pool import Result
from autograder.results.seal import is_genuine
from tests.conftest import Reports

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from autograder.pool import Task


class Killed(BaseException):
    """Stands in for SIGKILL: nothing after it runs."""


class FakePool:
    """Grades by what a file says; is killed, or stops, after *most* results."""

    def __init__(self, catalog: Catalog, most: int = 10**9, *, kills: bool = True) -> None:
        self._catalog = catalog
        self._left = most
        self._kills = kills
        self.graded: list[str] = []

    def stop(self) -> None:
        self._left = 0
        self._kills = False

    def run(self, tasks: Iterable[Task]) -> Iterator[Result]:
        for task in tasks:
            if not self._left:
                if self._kills:
                    raise Killed
                return
            self._left -= 1
            (text,) = (raw.decode() for raw in task.handed_in.contents.values())
            self.graded.append(text)
            yield self._result(task, text)

    def _result(self, task: Task, text: str) -> Result:
        exercise = self._catalog[task.exercise]
        report = Reports().passed(exercise=task.exercise, submission=task.handed_in.digest)
        kind = text.partition(" ")[0]
        if kind in {"failed", "errored"}:
            report = getattr(Reports(), kind)(
                exercise=task.exercise, submission=task.handed_in.digest
            )
        from autograder import __version__

        environment = msgspec.structs.replace(
            report.environment, course=self._catalog.digest(exercise), engine=__version__
        )
        report = msgspec.structs.replace(
            report, environment=environment, graded_at=datetime.now(UTC).isoformat()
        )
        if kind == "errored":
            return Result(key=task.key, report=report, reason="The judge died.", tries=3)
        if kind == "nothing":
            return Result(key=task.key, reason="The judge died.", tries=3)
        return Result(key=task.key, report=report)


@pytest.fixture(autouse=True)
def _secret(monkeypatch):
    monkeypatch.setenv("TORCHGRADE_SECRET", "of-the-tests")


@pytest.fixture
def room(tmp_path):
    """Give a folder for a class."""
    folder = tmp_path / "class"
    folder.mkdir()
    return folder


@pytest.fixture
def ledger(tmp_path):
    """Give an empty ledger."""
    with Ledger(str(tmp_path / "ledger.sqlite")) as ledger:
        yield ledger


def hand_in(room: Path, student: str, text: str = "passed", exercise: str = "adder") -> None:
    """Write one submission."""
    folder = room / student / exercise
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{exercise}.py").write_text(text)


def _kept(ledger: Ledger) -> dict[tuple[str, str, int], str]:
    return {
        (g.student, g.exercise, g.attempt): g.report.without_times().to_json()
        for g in ledger.graded()
    }


def test_every_submission_gets_a_report_of_its_own(course, room, ledger):
    """Each student's report names the student, bears the seal, and is in the ledger."""
    hand_in(room, "ada", "passed 1")
    hand_in(room, "ben", "failed 2")
    hand_in(room, "ben", "passed 3", "doubler")
    kept = []

    cohort = Cohort(course, ledger, keep=lambda entry, report: kept.append((entry.student, report)))
    outcome = cohort.run(room, FakePool(course))

    assert (outcome.new, outcome.graded, outcome.reused, outcome.left) == (3, 3, 0, 0)
    assert [(e.student, e.exercise, e.passed) for e in outcome.entries] == [
        ("ada", "adder", True),
        ("ben", "adder", False),
        ("ben", "doubler", True),
    ]
    assert all(report.student == student for student, report in kept)
    assert all(is_genuine(report, b"of-the-tests") for _, report in kept)
    assert check(ledger, course.root).flaws == ()


def test_a_second_run_grades_nothing(course, room, ledger):
    """What is graded under the same files, suite and engine is not graded again."""
    for name in "abcdef":
        hand_in(room, name, f"passed {name}")
    Cohort(course, ledger).run(room, FakePool(course))
    before = _kept(ledger)
    pool = FakePool(course)

    outcome = Cohort(course, ledger).run(room, pool)

    assert (pool.graded, outcome.new, outcome.graded, outcome.reused) == ([], 0, 0, 0)
    assert _kept(ledger) == before
    assert len(outcome.entries) == 6


def test_the_same_files_are_graded_once(course, room, ledger):
    """Who hands in what another has handed in gets a report, not a grading; now or later."""
    hand_in(room, "ada", "passed same")
    hand_in(room, "ben", "passed same")
    pool = FakePool(course)
    first = Cohort(course, ledger).run(room, pool)
    hand_in(room, "eve", "passed same")

    second = Cohort(course, ledger).run(room, pool)

    assert pool.graded == ["passed same"]
    assert (first.graded, first.reused, second.graded, second.reused) == (1, 1, 0, 1)
    assert {g.report.student for g in ledger.graded()} == {"ada", "ben", "eve"}
    assert check(ledger, course.root).sound


def test_a_changed_file_is_a_new_attempt_and_a_changed_suite_a_new_report(course, room, ledger):
    """A student's new files are the next attempt; a new suite judges the same attempt again."""
    hand_in(room, "ada", "failed 1")
    Cohort(course, ledger).run(room, FakePool(course))
    hand_in(room, "ada", "passed 2")
    Cohort(course, ledger).run(room, FakePool(course))
    (course["adder"].secret / "suite" / "test_new.py").write_text("")

    outcome = Cohort(course, ledger).run(room, FakePool(course))

    assert [(g.attempt, g.report.passed, g.counts) for g in ledger.graded()] == [
        (1, False, False),
        (2, True, True),
    ]
    assert (outcome.graded, outcome.new) == (1, 0)


def test_trouble_is_kept_with_its_reason_and_left_alone(course, room, ledger):
    """Trouble is no report; it is not tried again by itself, and is with `failed`."""
    for name, text in {"ada": "errored 1", "ben": "nothing 2", "eve": "passed 3"}.items():
        hand_in(room, name, text)
    first = Cohort(course, ledger).run(room, FakePool(course))
    again, only = FakePool(course), FakePool(course)

    Cohort(course, ledger).run(room, again)
    Cohort(course, ledger).run(room, only, "failed")

    assert [e.student for e in first.trouble] == ["ada", "ben"]
    assert again.graded == []
    assert sorted(only.graded) == ["errored 1", "nothing 2"]
    assert check(ledger, course.root).sound


def test_regrading_adds_reports(course, room, ledger):
    """Everything is graded again; the ledger keeps what was before."""
    hand_in(room, "ada")
    for what in ("missing", "everything"):
        Cohort(course, ledger).run(room, FakePool(course), what)

    with ledger.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM reports").scalar() == 2
    assert check(ledger, course.root).sound


def test_a_regrade_that_was_stopped_is_gone_on_with(course, room, ledger):
    """The next one grades the rest and what is new; the one after that grades all again."""
    for number, student in enumerate(["ada", "ben", "cem", "dora"]):
        hand_in(room, student, f"passed {number}")
    Cohort(course, ledger).run(room, FakePool(course))
    with pytest.raises(Killed):
        Cohort(course, ledger).run(room, stopped := FakePool(course, 2), "everything")
    hand_in(room, "emil", "nothing 4")

    rest = FakePool(course)
    outcome = Cohort(course, ledger).run(room, rest, "everything")
    again = FakePool(course)
    anew = Cohort(course, ledger).run(room, again, "everything")

    assert len(stopped.graded) == 2
    every = ["nothing 4", *(f"passed {number}" for number in range(4))]
    assert sorted([*stopped.graded, *rest.graded]) == every
    assert outcome.gone_on_with is not None
    assert len(again.graded) == 5
    assert anew.gone_on_with is None


def test_a_regrade_by_another_suite_begins_anew(course, room, ledger):
    """What was graded again by the suite of before does not count."""
    for number, student in enumerate(["ada", "ben"]):
        hand_in(room, student, f"passed {number}")
    with pytest.raises(Killed):
        Cohort(course, ledger).run(room, FakePool(course, 1), "everything")
    (course.root / "solutions" / "adder" / "suite" / "test_more.py").write_text("")

    fresh = Catalog(course.root)
    outcome = Cohort(fresh, ledger).run(room, again := FakePool(fresh), "everything")

    assert len(again.graded) == 2
    assert outcome.gone_on_with is None


def test_what_was_taken_in_is_graded_though_its_folder_has_changed(course, room, ledger):
    """A run that was killed before grading loses no attempt, even if the student goes on."""
    hand_in(room, "ada", "failed first")
    with pytest.raises(Killed):
        Cohort(course, ledger).run(room, FakePool(course, 0))
    hand_in(room, "ada", "passed second")

    Cohort(course, ledger).run(room, FakePool(course))

    assert [(g.attempt, g.report.passed) for g in ledger.graded()] == [(1, False), (2, True)]


def test_only_the_exercises_that_are_asked_for(course, room, ledger):
    """Others are neither taken in nor left aside."""
    hand_in(room, "ada")
    hand_in(room, "ada", "passed", "doubler")

    outcome = Cohort(course, ledger, exercises=[course["doubler"]]).run(room, FakePool(course))

    assert [(e.exercise) for e in outcome.entries] == ["doubler"]
    assert outcome.aside == ()


def test_what_cannot_be_taken_in_is_said(course, room, ledger):
    """An exercise without a hidden suite here, or an unknown one, is one line and no abort."""
    hand_in(room, "ada", "passed", "halver")
    hand_in(room, "ada", "passed", "ader")
    hand_in(room, "ada")

    outcome = Cohort(course, ledger).run(room, FakePool(course))

    assert outcome.graded == 1
    assert sorted(one.reason for one in outcome.aside) == [
        "No exercise named 'ader'. Did you mean 'adder'?",
        "The hidden suite of 'halver' is not on this machine.",
    ]
    with pytest.raises(UserError, match="No hidden suite"):
        Cohort(course, ledger, exercises=[course["halver"]])


_STUDENTS = st.sampled_from(["ada", "ben", "Zoë %/"])
_TEXTS = st.sampled_from(["passed 1", "failed 2", "errored 3", "nothing 4", "passed 5"])
_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("hand in"), _STUDENTS, _TEXTS, st.sampled_from(["adder", "doubler"])),
        st.tuples(st.just("grade"), st.sampled_from(["missing", "failed", "everything"])),
        st.tuples(
            st.just("killed"),
            st.integers(0, 3),
            st.booleans(),
            st.sampled_from(["missing", "everything"]),
        ),
    ),
    min_size=1,
    max_size=12,
)


@pytest.fixture(scope="module")
def fixed(tmp_path_factory) -> tuple[Catalog, Any]:
    """Give a course that no example changes, and a folder for the examples."""
    root = tmp_path_factory.mktemp("fixed")
    for name in ("adder", "doubler"):
        public = root / "course" / "assignments" / name
        public.mkdir(parents=True)
        (root / "course" / "solutions" / name / "suite").mkdir(parents=True)
        (public / "exercise.toml").write_text(
            f'title = "T"\nsummary = "S"\norder = 1\ntrack = "core"\nminutes = [5, 10]\n'
            f'files = ["{name}.py"]\nimplement = ["{name}"]\npoints = {{ correctness = 2 }}\n'
        )
    return Catalog(root / "course"), root


@settings(max_examples=25, deadline=None)
@given(steps=_STEPS)
def test_any_order_of_events_leaves_a_sound_ledger(fixed, steps):
    """Handing in, grading, regrading and being killed, in any order: nothing is lost or changed."""
    course, root = fixed
    room, path = root / "class", root / "ledger.sqlite"
    for old in root.glob("ledger.sqlite*"):
        old.unlink()
    shutil.rmtree(room, ignore_errors=True)
    room.mkdir()
    seen: Counter[str] = Counter()
    with Ledger(str(path)) as ledger:
        for step, *facts in steps:
            if step == "hand in":
                student, text, exercise = facts
                hand_in(room, student.replace("/", "_"), text, exercise)
                continue
            what, pool = "missing", FakePool(course)
            if step == "grade":
                (what,) = facts
            else:
                most, kills, what = facts
                pool = FakePool(course, most, kills=kills)
            with contextlib.suppress(Killed):
                Cohort(course, ledger).run(room, pool, what)
            now = _counts(ledger)
            assert all(now[table] >= seen[table] for table in seen)
            seen = now

        outcome = Cohort(course, ledger).run(room, FakePool(course))

        assert outcome.left == 0
        assert check(ledger, course.root).flaws == ()
        graded = list(ledger.graded())
        per_student = Counter((g.student, g.exercise) for g in graded if g.counts)
        assert all(number == 1 for number in per_student.values())
        assert all(e.is_graded or e.reason for e in ledger.entries())


def _counts(ledger: Ledger) -> Counter[str]:
    tables = ("blobs", "submissions", "submitted_files", "reports", "reasons", "regrades")
    with ledger.engine.connect() as connection:
        return Counter(
            {t: connection.exec_driver_sql(f"SELECT count(*) FROM {t}").scalar() for t in tables}
        )
