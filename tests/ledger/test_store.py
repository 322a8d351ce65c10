"""The ledger takes in, keeps and finds again, in SQLite and in PostgreSQL alike."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from autograder.course.rules import Counts, Rules
from autograder.errors import LedgerError
from autograder.ledger.entries import Versions
from autograder.ledger.models import Base
from autograder.ledger.store import Ledger
from autograder.results.report import Problem
from autograder.submission.intake import HandedIn

_ROOT = Path(__file__).resolve().parents[2]
_MORNING = datetime(2026, 11, 1, 8, tzinfo=UTC)
_NOW = Versions("sha256:1", "0")


def _take_in(ledger, *incoming):
    return [taken.id for taken in ledger.take_in(incoming)]


def test_what_was_taken_in_comes_out_again(ledger):
    """Names, bytes, problems and remarks come back as they were."""
    from autograder.ledger.entries import Incoming

    files = HandedIn(
        names=("adder.py", "more.py"),
        contents={"adder.py": b"\xff\0\r\n"},
        problems={"more.py": Problem(kind="link", sentence="It is a link.")},
        aside=("Left aside: 'x'.",),
    )
    (number,) = _take_in(ledger, Incoming(student="Zoë/..", exercise="adder", handed_in=files))

    assert ledger.handed_in(number) == files
    (entry,) = ledger.entries()
    assert (entry.student, entry.attempt, entry.digest) == ("Zoë/..", 1, files.digest)
    assert not entry.has_time


def test_the_same_files_are_kept_once(ledger, hand_in):
    """Two students with the same bytes share one row of bytes."""
    _take_in(ledger, hand_in("ada"), hand_in("ben"), hand_in("eve", "other"))

    with ledger.engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM blobs")) == 2


def test_taking_in_twice_makes_one_attempt(ledger, hand_in):
    """Files that are already a student's newest attempt are found again."""
    first = ledger.take_in([hand_in("ada")])
    second = ledger.take_in([hand_in("ada"), hand_in("ada", "changed"), hand_in("ben")])

    assert [(t.attempt, t.is_new) for t in (*first, *second)] == [
        (1, True),
        (1, False),
        (2, True),
        (1, True),
    ]


def test_going_back_to_earlier_files_is_an_attempt(ledger, hand_in):
    """A, B, A are three attempts, unless the last is the first over again by its time."""
    later = _MORNING + timedelta(hours=1)
    ledger.take_in([hand_in("ada", "a", received_at=_MORNING)])
    ledger.take_in([hand_in("ada", "b", received_at=later)])

    (known,) = ledger.take_in([hand_in("ada", "a", received_at=_MORNING)])
    (new,) = ledger.take_in([hand_in("ada", "a")])

    assert (known.attempt, known.is_new) == (1, False)
    assert (new.attempt, new.is_new) == (3, True)


def test_nothing_that_is_in_can_be_changed(ledger, hand_in, reports):
    """The database itself refuses to change or remove a row."""
    (number,) = _take_in(ledger, hand_in("ada"))
    ledger.record(number, reports.passed(student="ada"))
    ledger.give_up(number, _NOW, "It would not.")
    ledger.begin_regrade("sha256:1")

    for table in Base.metadata.tables.values():
        column = next(iter(table.columns))
        for change in (table.delete(), table.update().values({column: column})):
            with (
                pytest.raises(DBAPIError, match="only grows"),
                ledger.engine.begin() as connection,
            ):
                connection.execute(change)


def test_the_newest_report_is_the_one(ledger, hand_in, reports):
    """A second report stands beside the first, and takes its place."""
    (number,) = _take_in(ledger, hand_in("ada"))
    ledger.record(number, reports.failed(student="ada"))
    ledger.record(number, reports.passed(student="ada"))

    (graded,) = ledger.graded()
    (entry,) = ledger.entries()
    assert graded.report == ledger.report(number) == reports.passed(student="ada")
    assert (entry.earned, entry.passed, entry.is_graded) == (2.0, True, True)
    with ledger.engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM reports")) == 2


def test_recording_again_what_was_recorded_adds_nothing(ledger, hand_in, reports):
    """When a connection breaks after its commit, the report is not put in twice."""
    (number,) = _take_in(ledger, hand_in("ada"))
    for _ in range(2):
        ledger.record(number, reports.passed(student="ada"))

    with ledger.engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM reports")) == 1


def test_what_was_graded_is_found_by_files_suite_and_engine(ledger, hand_in, reports):
    """Anybody's report on the same files under the same versions is found, and no other."""
    (number, errored) = _take_in(ledger, hand_in("ada"), hand_in("eve", "other"))
    ledger.record(number, reports.passed(student="ada"))
    ledger.record(errored, reports.errored(student="eve"))
    digest, other = (entry.digest for entry in ledger.entries())

    assert ledger.newest(digest, "adder", _NOW) == reports.passed(student="ada")
    assert ledger.known("adder", _NOW) == {digest}
    assert ledger.known("adder", Versions("sha256:1", "1")) == ledger.known("x", _NOW) == set()
    assert ledger.newest(digest, "doubler", _NOW) is None
    assert ledger.newest(digest, "adder", Versions("sha256:2", "0")) is None
    assert ledger.newest(digest, "adder", Versions("sha256:1", "1")) is None
    assert ledger.newest(other, "adder", _NOW) is None


def test_a_reason_holds_until_a_report_comes(ledger, hand_in, reports):
    """A reason is the last word until something is graded after it, whatever the clock says."""
    (number,) = _take_in(ledger, hand_in("ada"))
    ledger.record(number, reports.errored(student="ada"))
    ledger.give_up(number, _NOW, "The judge died three times.")
    (before,) = ledger.entries()

    ledger.record(number, reports.passed(student="ada"))

    (after,) = ledger.entries()
    assert (before.reason, before.is_graded) == ("The judge died three times.", False)
    assert (after.reason, after.is_graded) == (None, True)


@pytest.fixture
def attempts(tmp_path, hand_in, reports):
    """Give a function that makes attempts: p passed, f failed, u not gradable, e our trouble."""
    by_letter = {
        "p": reports.passed,
        "f": reports.failed,
        "u": reports.ungradable,
        "e": reports.errored,
    }

    def make(rules: Rules, kinds: str) -> list:
        with Ledger(str(tmp_path / "ledger.sqlite"), rules) as ledger:
            for at, kind in enumerate(kinds):
                received_at = _MORNING + timedelta(days=at)
                (number,) = _take_in(ledger, hand_in("ada", f"# {at}", received_at=received_at))
                ledger.record(number, by_letter[kind](student="ada"))
            return list(ledger.graded("adder"))

    return make


@pytest.mark.parametrize(
    ("kinds", "rules", "counts"),
    [
        ("fpf", Rules(), 2),
        ("fpp", Rules(), 2),
        ("fpf", Rules(counts=Counts.LAST), 3),
        ("fpu", Rules(counts=Counts.LAST), 2),
        ("fpe", Rules(counts=Counts.LAST), 2),
        ("uu", Rules(), 1),
        ("uu", Rules(counts=Counts.LAST), 2),
        ("e", Rules(), None),
        ("ffp", Rules(attempts=2), 1),
        ("fup", Rules(attempts=2), 3),
        ("fp", Rules(deadlines={"adder": _MORNING}), 2),
        ("fp", Rules(deadlines={"adder": _MORNING}, refuses_late=True), 1),
        ("pp", Rules(deadlines={"adder": _MORNING - timedelta(1)}, refuses_late=True), None),
        ("fp", Rules(deadlines={"adder": _MORNING}, percent_per_day=60.0), 1),
        ("fp", Rules(deadlines={"adder": _MORNING}, percent_per_day=40.0), 2),
    ],
)
def test_the_attempt_that_counts_is_the_one_the_course_says(attempts, kinds, rules, counts):
    """Best or last, of what could be judged, came in time, and was not one too many."""
    graded = attempts(rules, kinds)

    assert [g.attempt for g in graded] == list(range(1, len(kinds) + 1))
    assert [g.attempt for g in graded if g.counts] == ([counts] if counts else [])


def test_what_came_late_is_marked_and_costs_what_the_course_says(attempts):
    """A late attempt is kept with its report, and keeps the share of its points it is due."""
    rules = Rules(deadlines={"adder": _MORNING}, percent_per_day=10.0, attempts=2)

    graded = attempts(rules, "ppp")

    assert [(g.late, g.over_limit) for g in graded] == [(False, False), (True, False), (True, True)]
    assert [g.earned for g in graded] == [2.0, pytest.approx(1.8), pytest.approx(1.6)]


def test_a_deadline_does_not_apply_where_no_time_is_known(ledger, hand_in, reports):
    """Nobody is late because the instructor graded late."""
    (number,) = _take_in(ledger, hand_in("ada"))
    ledger.record(number, reports.passed(student="ada"))
    ledger.rules = Rules(deadlines={"adder": _MORNING}, refuses_late=True)

    (graded,) = ledger.graded()
    assert (graded.late, graded.counts) == (False, True)


def test_two_that_take_in_at_once_number_attempts_without_a_gap(ledger, hand_in):
    """Many threads that hand in for one student give the attempts 1 to n."""

    def work(name: int) -> None:
        for at in range(5):
            ledger.take_in([hand_in("ada", f"# {name} {at}")])

    threads = [threading.Thread(target=work, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(entry.attempt for entry in ledger.entries()) == list(range(1, 21))


def test_a_batch_that_fails_leaves_nothing(ledger, hand_in):
    """Submissions of one call are taken in together or not at all."""
    broken = msgspec.structs.replace(hand_in("ben"), exercise=None)

    with pytest.raises(DBAPIError, match=r"(?i)null"):
        ledger.take_in([hand_in("ada"), broken])

    assert list(ledger.entries()) == []


def test_processes_that_open_at_once_migrate_once(where):
    """Whoever comes second waits for the first, and finds the tables made."""
    script = f"from autograder.ledger import Ledger; Ledger({where!r}).close()"

    running = [
        subprocess.Popen([sys.executable, "-c", script], env={"PYTHONPATH": str(_ROOT)})
        for _ in range(4)
    ]

    assert [process.wait(60) for process in running] == [0, 0, 0, 0]


def test_a_server_that_starts_anew_is_waited_for(cluster, hand_in):
    """What was to be written when the server went is written when it is back."""
    with Ledger(cluster.database()) as ledger:
        ledger.take_in([hand_in("ada")])
        cluster.stop()
        back = threading.Timer(1.0, cluster.start)
        back.start()

        ledger.take_in([hand_in("ben")])

        back.join()
        assert [entry.student for entry in ledger.entries()] == ["ada", "ben"]


def test_a_locked_database_is_one_sentence(tmp_path, hand_in, monkeypatch):
    """Who waits in vain for another writer is told so, and can call again."""
    monkeypatch.setattr("autograder.ledger.opening._PATIENCE", 0.2)
    path = str(tmp_path / "ledger.sqlite")
    sentence = r"ledger\.sqlite cannot be used: database is locked"
    with (
        Ledger(path) as ledger,
        Ledger(path) as other,
        other.engine.begin(),
        pytest.raises(LedgerError, match=sentence),
    ):
        ledger.take_in([hand_in("ada")])


def test_a_full_disk_is_one_sentence_and_leaves_a_sound_ledger(tmp_path, hand_in):
    """What does not fit is not half in; when there is room, it goes in."""
    with Ledger(str(tmp_path / "ledger.sqlite")) as ledger:
        ledger.take_in([hand_in("ada")])

        def bound(pages: int) -> None:
            with ledger.engine.connect() as connection:
                connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

        bound(1)  # no fewer than there are
        with pytest.raises(LedgerError, match="database or disk is full"):
            ledger.take_in([hand_in("ben"), hand_in("eve", "#" * 100_000)])
        before = [entry.student for entry in ledger.entries()]
        bound(10_000)
        ledger.take_in([hand_in("ben"), hand_in("eve", "#" * 100_000)])

        assert before == ["ada"]
        assert [entry.student for entry in ledger.entries()] == ["ada", "ben", "eve"]
