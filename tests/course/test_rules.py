"""What a course says about attempts is read from `course.toml`, or refused in one sentence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from autograder.course.rules import Counts, Rules, Tells, Unlocks
from autograder.errors import CourseError

_DEADLINE = datetime(2026, 12, 1, 22, 59, tzinfo=UTC)
_TEXT = """
[rules]
counts = "last"
attempts = 3
late = "10% per day"
[deadlines]
adder = 2026-12-01T23:59:00+01:00
[ledger]
url = "grades.sqlite"
[feedback]
tells = "titles"
hints = "by attempts"
"""


def _rules(course, text: str) -> Rules:
    (course.root / "course.toml").write_text(text)
    return Rules.of(course)


def test_a_course_without_a_file_is_lenient(course):
    """Where nothing is said, the best attempt counts, at any time and in any number."""
    rules = Rules.of(course)

    assert rules == Rules()
    assert not rules.is_late("adder", _DEADLINE)


def test_everything_that_is_said_is_read(course):
    """Every key of the file arrives; a deadline keeps its moment."""
    rules = _rules(course, _TEXT)

    assert rules.counts is Counts.LAST
    assert (rules.attempts, rules.percent_per_day, rules.ledger) == (3, 10.0, "grades.sqlite")
    assert rules.deadlines == {"adder": _DEADLINE}
    assert not rules.refuses_late
    assert (rules.tells, rules.hints) == (Tells.TITLES, Unlocks.BY_ATTEMPTS)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[rule]\n", "unknown key 'rule'. Did you mean 'rules'?"),
        ("[rules]\ncount = 1\n", r"unknown key 'count' in \[rules\]. Did you mean 'counts'?"),
        ("[ledger]\nurls = 'x'\n", r"unknown key 'urls' in \[ledger\]. Did you mean 'url'?"),
        ("[rules]\ncounts = 'first'\n", "Invalid enum value 'first'"),
        ("[feedback]\ntell = 'score'\n", r"'tell' in \[feedback\]. Did you mean 'tells'?"),
        ("[feedback]\ntells = 'much'\n", "Invalid enum value 'much'"),
        ("[rules]\nattempts = 0\n", "at least 1"),
        ("[rules]\nlate = 'never'\n", "late in .* is 'never'"),
        ("[deadlines]\nader = 2026-12-01T00:00:00Z\n", "Did you mean 'adder'?"),
        ("[deadlines]\nadder = 2026-12-01T00:00:00\n", "has no time zone"),
        ("[deadlines]\nadder = 'soon'\n", "RFC3339"),
        ("[rules\n", r"course\.toml: "),
    ],
)
def test_what_is_wrong_is_one_sentence(course, text, sentence):
    """A slip in the file is told with the file's name, the key, and the nearest known one."""
    with pytest.raises(CourseError, match=sentence):
        _rules(course, text)


@pytest.mark.parametrize(
    ("late_by", "share"),
    [(0, 1.0), (1, 0.9), (24 * 3600, 0.9), (24 * 3600 + 1, 0.8), (40 * 24 * 3600, 0.0)],
)
def test_each_day_that_has_begun_costs_its_share(course, late_by, share):
    """A deadline is met to the second; then every day that has begun costs, down to nothing."""
    rules = _rules(course, _TEXT)

    actual = rules.share("adder", _DEADLINE + timedelta(seconds=late_by))

    assert actual == pytest.approx(share)
