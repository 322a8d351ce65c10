"""The map of the course shows every exercise and where the student stands."""

from __future__ import annotations

import io
from pathlib import Path

import msgspec
import pytest
from rich.console import Console

from autograder.course.catalog import Catalog
from autograder.course.workspace import Workspace
from autograder.results.history import History, Standing, State
from autograder.results.overview import as_data, next_of, print_map
from autograder.results.report import Score


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


def test_every_exercise_has_a_line_below_its_track(rows):
    """Sign, place, id, title, minutes and score stand in one line; a track adds them up."""
    lines = [" ".join(line.split()) for line in _show(rows, 80).splitlines()]

    assert lines[:5] == [
        "minutes after last (best)",
        "core 1 of 3 ━━━━━━╸ 15-30 2/6",
        "✓ 1 adder Adder 5-10 2/2",
        "●▸ 2 doubler Doubler 5-10",
        "○ 3 halver Halver 5-10",
    ]
    assert lines[-1] == "○ open ◐ started ● ready ✓ passed ▸ next: grade submit doubler"


@pytest.mark.parametrize(
    ("width", "titles", "places"), [(120, True, True), (60, False, True), (45, False, False)]
)
def test_a_narrow_terminal_leaves_columns_out(rows, width, titles, places):
    """Nothing wraps, and nothing is cut off."""
    said = _show(rows, width)

    assert ("Doubler" in said) is titles
    assert ("after" in said) is places
    assert max(map(len, said.splitlines())) <= width
    assert "…" not in said


def test_a_terminal_without_signs_gets_letters(rows):
    """Every sign has one of ASCII."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    print_map(rows, Console(file=stream, width=80))
    stream.flush()

    said = stream.buffer.getvalue().decode("ascii")

    assert ".  3 halver" in said
    assert "*> 2 doubler" in said


_STANDING = {
    "✓": Standing(state=State.PASSED, score=None, attempts=1),
    "◐": Standing(state=State.STARTED, score=None, attempts=0),
    "●": Standing(state=State.READY, score=None, attempts=0),
    "○": Standing(state=State.OPEN, score=None, attempts=0),
}


def _rows(course, signs, requires=()):
    """Return the course's three exercises in these states; the second has *requires*."""
    exercises = list(course)
    exercises[1] = msgspec.structs.replace(exercises[1], requires=requires)
    return [(e, _STANDING[sign]) for e, sign in zip(exercises, signs, strict=True)]


@pytest.mark.parametrize(
    ("signs", "requires", "expected"),
    [
        ("○○○", (), "adder"),
        ("✓○○", (), "doubler"),
        ("✓○◐", (), "halver"),
        ("✓●○", (), "doubler"),
        ("✓●◐", (), "halver"),
        ("✓○○", ("halver",), "halver"),
        ("✓○○", ("adder",), "doubler"),
        ("✓○○", ("of another course",), "doubler"),
        ("✓○✓", ("adder", "halver"), "doubler"),
        ("✓✓✓", (), None),
    ],
)
def test_what_to_do_next_is_what_is_begun_or_what_nothing_holds_up(
    course, signs, requires, expected
):
    """In teaching order; what waits for another exercise comes after that."""
    found = next_of(_rows(course, signs, requires))

    assert (found.id if found else None) == expected


def test_a_course_that_is_done_has_nothing_next(course):
    """The legend ends with the last state."""
    assert _show(_rows(course, "✓✓✓"), 80).splitlines()[-1].endswith("✓ passed")


def test_what_comes_before_is_shown_until_it_is_passed(course):
    """By place, and on a wide terminal by name."""
    rows = _rows(course, "✓○○", ("adder", "halver"))

    narrow, wide = (_show(rows, width).splitlines()[3].split() for width in (80, 120))

    assert narrow[-2:] == ["5-10", "3"]
    assert wide[-2:] == ["5-10", "halver"]


def test_a_better_score_than_the_last_stands_beside_it(course, home, reports):
    """What was once earned is not forgotten."""
    history = History(Workspace(home))
    history.record(reports.passed(exercise="adder"))
    history.record(reports.failed(exercise="adder"))
    rows = [(exercise, history.standing(exercise)) for exercise in course]

    line = _show(rows, 80).splitlines()[2]

    assert line.rstrip().endswith("1/2 (2)")


def test_sixteen_exercises_fit_a_small_screen():
    """Our own course, drafts included, on 80 columns and 24 lines, with the command and a prompt."""
    course = Catalog(Path(__file__).resolve().parents[2]).everything
    half = Score(earned=31.5, possible=43.0)
    better = Score(earned=33.5, possible=43.0)
    standing = Standing(state=State.STARTED, score=half, best=better, attempts=2)

    lines = _show([(exercise, standing) for exercise in course], 80).splitlines()

    assert len(lines) <= 22
    assert max(map(len, lines)) <= 80
    assert "…" not in "".join(lines)


def test_the_data_has_a_version_and_every_fact(rows):
    """A program reads the same map."""
    data = as_data(rows)

    assert (data["version"], data["next"]) == (1, "doubler")
    assert [(e["id"], e["place"], e["state"]) for e in data["exercises"]] == [
        ("adder", 1, "passed"),
        ("doubler", 2, "ready"),
        ("halver", 3, "open"),
    ]
    assert (
        data["exercises"][0]["best"]
        == data["exercises"][0]["score"]
        == Score(earned=2.0, possible=2.0)
    )
    assert data["tracks"] == [
        {
            "track": "core",
            "passed": 1,
            "exercises": 3,
            "minutes": (15, 30),
            "earned": 2.0,
            "possible": 6.0,
        }
    ]
