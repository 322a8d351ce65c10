"""`grade report` and `grade export`, from the ledger to terminal and files."""

from __future__ import annotations

import json

import pytest

from autograder.ledger.entries import Incoming
from autograder.ledger.store import Ledger
from autograder.submission.intake import collect


@pytest.fixture(autouse=True)
def _alone(monkeypatch):
    monkeypatch.setenv("TORCHGRADE_SECRET", "of-the-tests")
    monkeypatch.delenv("TORCHGRADE_LEDGER", raising=False)


@pytest.fixture
def ledger(course, home, reports):
    """Give a ledger in which ada passed, ben failed and eve met our trouble."""
    with Ledger(str(course.root / "ledger.sqlite")) as book:
        for student, kind in {"ada": "passed", "ben": "failed", "eve": "errored"}.items():
            folder = home / student
            folder.mkdir()
            (folder / "adder.py").write_text(f"# {student}")
            handed_in = collect(folder, course["adder"])
            incoming = Incoming(student=student, exercise="adder", handed_in=handed_in)
            (taken,) = book.take_in([incoming])
            book.record(taken.id, getattr(reports, kind)(student=student))
    return course.root / "ledger.sqlite"


@pytest.mark.usefixtures("ledger")
def test_a_class_is_reported_from_the_ledger(grade):
    """A row for the exercise; its checks where it is named; all of it as JSON."""
    overview, full = grade("report"), grade("report", "adder")
    data = json.loads(grade("report", "--json").stdout)

    assert overview.exit_code == full.exit_code == 0
    assert "adder" in overview.stdout
    assert "Sum holds." not in overview.stdout
    assert "Sum holds." in full.stdout
    assert "no attempt of 1 counts" in full.stdout
    assert (data["version"], data["survey"]["exercises"][0]["students"]) == (1, 3)


@pytest.mark.usefixtures("ledger")
def test_page_and_tables_go_where_they_are_asked_for(grade, home):
    """What was written is talk, on stderr."""
    done = grade("report", "--html", "page/class.html", "--csv", "tables")

    assert done.exit_code == 0
    assert done.stdout == ""
    assert "The page is page/class.html." in done.stderr
    assert (home / "page" / "class.html").read_text().startswith("<!doctype html>")
    assert len(list((home / "tables").iterdir())) == 5


@pytest.mark.usefixtures("ledger")
@pytest.mark.parametrize("form", ["nbgrader", "gradescope", "csv", "junit"])
def test_grades_are_exported(grade, home, form):
    """The files are there, and for whom there is none is said."""
    done = grade("export", form, "adder")
    data = json.loads(grade("export", form, "--out", "there", "--json").stdout)["export"]

    assert done.exit_code == 0
    assert "1 grade more would be of attempts that do not count" in done.stdout
    assert any((home / "out" / "export" / form).rglob("*.*"))
    assert (data["attempts"], data["without"]) == (2, 1)
    assert all((home / name).is_file() for name in data["files"])


@pytest.mark.parametrize("command", [("report",), ("export", "csv")])
def test_no_ledger_is_one_sentence(grade, course, command):
    """And reading makes none."""
    done = grade(*command)

    assert done.exit_code == 1
    assert done.stderr.startswith("Error: There is no ledger at ")
    assert done.stderr.count("\n") == 1
    assert not (course.root / "ledger.sqlite").exists()


@pytest.mark.parametrize("command", [("report", "doubler"), ("export", "junit", "doubler")])
@pytest.mark.usefixtures("ledger")
def test_no_report_is_one_sentence(grade, home, command):
    """It names the exercise; nothing is written."""
    done = grade(*command)

    assert done.exit_code == 1
    assert "The ledger has no report of 'doubler' yet" in done.stderr
    assert not (home / "out").exists()


@pytest.mark.usefixtures("ledger")
def test_a_folder_that_cannot_be_written_is_one_sentence(grade, home):
    """A file stands where the folder should be."""
    (home / "taken").write_text("")

    done = grade("export", "csv", "--out", "taken")

    assert done.exit_code == 1
    assert "cannot be written" in done.stderr
