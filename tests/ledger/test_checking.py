"""A check of the ledger finds what was damaged, altered or forgotten, and says what to do."""

from __future__ import annotations

import re

import msgspec
import pytest
import sqlalchemy as sa

from autograder.ledger.checking import check
from autograder.ledger.entries import Versions
from autograder.ledger.models import Base
from autograder.ledger.store import Ledger
from autograder.results.seal import sealed

_SECRET = b"of-the-tests"


@pytest.fixture
def full(tmp_path, monkeypatch, hand_in, reports):
    """Give a ledger with two reports and a reason, whose triggers are gone as after an attack."""
    monkeypatch.setenv("TORCHGRADE_SECRET", _SECRET.decode())
    with Ledger(str(tmp_path / "ledger.sqlite")) as ledger:
        students = ("ada", "ben", "eve")
        taken = ledger.take_in([hand_in(name, f"# {name}") for name in students])
        digests = {entry.student: entry.digest for entry in ledger.entries()}
        for one, name in zip(taken[:2], students, strict=False):
            report = reports.passed(student=name, submission=digests[name])
            ledger.record(one.id, sealed(report, _SECRET))
        ledger.give_up(taken[2].id, Versions("sha256:1", "0"), "The judge died.")
        with ledger.engine.begin() as connection:
            for table in Base.metadata.tables:
                for what in ("update", "delete"):
                    connection.execute(sa.text(f"DROP TRIGGER {table}_refuse_{what}"))
        yield ledger


def _change(ledger, statement: str) -> list[str]:
    with ledger.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql("BEGIN")
        connection.execute(sa.text(statement))
        connection.commit()
    return [flaw.what for flaw in check(ledger, "nowhere").flaws]


def test_a_whole_ledger_is_sound(full):
    """Everything is counted, and nothing is wrong."""
    checked = check(full, "nowhere")

    assert checked.sound
    assert (checked.files, checked.submissions, checked.reports) == (3, 3, 2)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE blobs SET content = x'00'", "has another content"),
        ("UPDATE submitted_files SET name = 'x.py'", "other files than its digest says"),
        ("DELETE FROM submitted_files WHERE submission_id = 1", "other files than its digest says"),
        ("DELETE FROM blobs", "1 rows point|rows point at rows that are gone"),
        ("DELETE FROM reasons", "'eve' at 'adder' has neither a report nor a reason"),
        ("UPDATE submissions SET attempt = 4 WHERE id = 2", r"are numbered \[4\]"),
        ("UPDATE submissions SET student = 'zoe' WHERE id = 1", "is 'ada''s, at 'adder'"),
        ("UPDATE reports SET earned = 9", "another score than the columns"),
        ("UPDATE reports SET content = replace(content, 'order', 'odd')", "this course's seal"),
        ("UPDATE reports SET content = '{'", "cannot be read"),
        (
            "UPDATE submissions SET digest = 'sha256:0' WHERE id = 1",
            "is of other files",
        ),
    ],
)
def test_what_was_changed_from_outside_is_found(full, statement, said):
    """Whatever is altered or removed by another program is named."""
    flaws = _change(full, statement)

    assert any(re.search(said, flaw) for flaw in flaws), flaws


def test_a_newer_report_takes_the_place_of_an_altered_one(full, reports):
    """After the remedy, the check is content."""
    flaws = _change(full, "UPDATE reports SET content = replace(content, 'order', 'odd')")
    assert len(flaws) == 2

    for entry in [e for e in full.entries() if e.student != "eve"]:
        report = reports.passed(student=entry.student, submission=entry.digest)
        full.record(entry.id, sealed(msgspec.structs.replace(report, notices=("x",)), _SECRET))

    assert check(full, "nowhere").flaws == ()
