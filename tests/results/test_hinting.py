"""`grade hint` shows the next hint about what failed first, else the lesson's."""

from __future__ import annotations

import json

import pytest

from autograder.course.rules import Rules, Unlocks
from autograder.course.workspace import Workspace
from autograder.results.hinting import hints_shown, next_hint
from autograder.results.history import History
from autograder.results.verdict import Verdict


@pytest.fixture
def history(home):
    """Give the history of an empty workspace."""
    return History(Workspace(home))


def _failed(reports, more=("two", "three")):
    wrong = reports.check("sum", Verdict.FAILED, message="m", hint="one", more_hints=more)
    later = reports.check("late", Verdict.FAILED, message="n", hint="other", more_hints=("x", "y"))
    return reports.of(reports.check("first"), wrong, later)


def test_the_next_hint_is_about_what_failed_first(history, course, reports):
    """The first stands in the feedback; the others come one by one, and the last stays."""
    history.record(_failed(reports))

    shown = [next_hint(course["adder"], history) for _ in range(3)]

    assert [(hint.check, hint.number, hint.text) for hint in shown] == [
        ("sum", 2, "two"),
        ("sum", 3, "three"),
        ("sum", 3, "three"),
    ]
    assert shown[0].in_words() == "Hint 2 of 3: Sum holds.\n\ntwo\n\n(1 more)"


def test_feedback_shows_what_was_asked_for(history, course, reports):
    """One more for each call; where attempts unlock them, all that are unlocked."""
    history.record(_failed(reports))
    next_hint(course["adder"], history)

    adder, workspace = course["adder"], history.workspace
    assert hints_shown(adder, Rules(), workspace) == {"sum": 2}
    assert hints_shown(adder, Rules(hints=Unlocks.BY_ATTEMPTS), workspace) is None


def test_what_unlocks_the_next_is_said(history, course, reports):
    """A locked hint is counted and not shown."""
    history.record(_failed(reports, more=("two", None)))

    hint = next_hint(course["adder"], history)

    assert (hint.number, hint.of, hint.locked) == (2, 3, True)
    assert "hint 3 of 3 comes with your next attempt" in hint.in_words()


def test_without_a_failed_check_the_lesson_helps(history, course, reports):
    """Before the first report, after a pass, and where a course tells no hints."""
    titles = [next_hint(course["adder"], history).title]
    history.record(reports.passed())
    titles.append(next_hint(course["adder"], history).title)
    history.record(reports.failed())
    titles.append(next_hint(course["adder"], history).title)

    assert titles == ["a question", "the line", "the line"]


def test_the_command_shows_it_and_feedback_too(grade, fake_grader, reports):
    """From a submission to its hints, as JSON and as text."""
    fake_grader.answers = [_failed(reports)]
    grade("start", "adder")
    before = grade("submit", "adder").stdout
    asked = json.loads(grade("hint", "adder", "--json").stdout)
    after = grade("feedback", "adder").stdout

    assert "Hint: one" in before
    assert "two" not in before
    assert (asked["left"], asked["hint"]["check"], asked["hint"]["text"]) == (1, "sum", "two")
    assert "Hint 2 of 3: two" in after


def test_a_course_that_tells_the_score_keeps_the_rest(grade, fake_grader, reports, course, home):
    """Terminal, JSON and what is kept in the student's folder have none of it."""
    (course.root / "course.toml").write_text("[feedback]\ntells = 'score'\n")
    fake_grader.answers = [_failed(reports)]
    grade("start", "adder")

    shown = grade("submit", "adder").stdout + grade("feedback", "adder", "--json").stdout
    kept = (home / ".torchgrade" / "adder" / "1.json").read_text()

    assert "1 of 3 points" in shown
    assert "This course shows the points of each part" in shown
    for text in ("Sum holds", "one", '"message"'):
        assert text not in shown.replace("none", "").replace("nothing", "")
        assert text not in kept
