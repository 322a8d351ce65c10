"""The map of the course shows every exercise and where the student stands."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from autograder.course.workspace import Workspace
from autograder.results.history import History
from autograder.results.overview import as_data, print_map


@pytest.fixture
def rows(course, home, reports):
    """Give a course of which one exercise passed and one is ready."""
    history = History(Workspace(home))
    history.record(reports.passed(exercise="adder"))
    history.record(reports.passed(exercise="doubler", suite="public"))
    return [(exercise, history.standing(exercise)) for exercise in course]


def _show(rows, width):
    stream = io.StringIO()
    print_map(rows, Console(file=stream, width=width))
    return stream.getvalue()


def test_every_exercise_has_a_line_in_teaching_order(rows):
    """Sign, id, title, track, minutes and score stand in one line."""
    lines = [" ".join(line.split()) for line in _show(rows, 80).splitlines()]

    assert lines[:3] == [
        "✓ adder Adder core 5-10 min 2/2",
        "● doubler Doubler core 5-10 min ready to submit",
        "○ halver Halver core 5-10 min",
    ]
    assert lines[-1] == "○ open ◐ started ● ready ✓ passed"


def test_a_narrow_terminal_leaves_titles_out(rows):
    """Nothing wraps at fifty columns."""
    said = _show(rows, 50)

    assert "Doubler" not in said
    assert max(map(len, said.splitlines())) <= 50


def test_the_data_has_a_version_and_every_fact(rows):
    """A program reads the same map."""
    data = as_data(rows)

    assert data["version"] == 1
    assert [(e["id"], e["state"]) for e in data["exercises"]] == [
        ("adder", "passed"),
        ("doubler", "ready"),
        ("halver", "open"),
    ]
