"""Replays, forgeries and results of an older suite are refused, each with its reason."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest
from click.testing import CliRunner

from autograder.course.catalog import Catalog
from autograder.grading import Grader
from autograder.results.report import Score
from autograder.verifying import objections
from cli import main

if TYPE_CHECKING:
    from autograder.results.report import Report

_TINY = Path(__file__).parent / "tiny_course"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """Give a copy of the tiny course that a test may change."""
    root = tmp_path_factory.mktemp("verify") / "course"
    shutil.copytree(_TINY, root)
    return Catalog(root)


@pytest.fixture(scope="module")
def report(course: Catalog) -> Report:
    """Give the report of a right submission."""
    with Grader(course) as grader:
        return grader.grade(_TINY / "solutions/counter", course["counter"], student="ada")


def test_genuine_report_of_these_files_counts(course, report):
    """The report as it was made, of the files that it was made of."""
    assert objections(report, course, source=_TINY / "solutions/counter", student="ada") == ()


def test_altered_report_is_refused(course, report):
    """More points than were earned."""
    forged = msgspec.structs.replace(report, score=Score(earned=99, possible=99))

    assert "altered" in objections(forged, course)[0]


def test_replay_for_other_files_is_refused(course, report):
    """A good result of yesterday's files does not count for today's."""
    stub = _TINY / "assignments/counter"

    assert "other files" in objections(report, course, source=stub)[0]


def test_another_students_result_is_refused(course, report):
    """A result belongs to whom it was made for."""
    assert "not 'eve'" in objections(report, course, student="eve")[0]


def test_result_of_an_older_suite_is_refused(course, report):
    """When the suite changes, older results no longer count, and new ones are made with it."""
    suite = course.root / "solutions/counter/suite/test_parity.py"
    before = suite.read_text()
    with Grader(course) as grader:
        folder = _TINY / "solutions/counter"
        assert grader.grade(folder, course["counter"]).passed
        suite.write_text(before.replace("range(5)", "range(6)"))

        changed = grader.grade(folder, course["counter"])

    assert "another version" in objections(report, course)[0]
    assert objections(changed, course) == ()
    suite.write_text(before)


def test_command_says_whether_a_report_counts(course, report, tmp_path):
    """`grade verify` exits 0 for a genuine report, and 1 with the reason for any other."""
    path = tmp_path / "report.json"
    path.write_text(report.for_student().to_json())
    command = ["--course", str(course.root), "verify", str(path)]

    genuine = CliRunner().invoke(main, command)
    path.write_text(path.read_text().replace('"student": "ada"', '"student": "eve"'))
    forged = CliRunner().invoke(main, command)

    assert (genuine.exit_code, forged.exit_code) == (0, 1)
    assert "genuine" in genuine.stdout
    assert "altered" in forged.stdout
