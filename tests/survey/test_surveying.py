"""What a class did, counted: of attempts as a ledger gives them, for classes of any size."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.course.rules import Rules
from autograder.ledger.counting import counted
from autograder.results.report import Diagnosis
from autograder.results.verdict import Verdict
from autograder.survey.surveying import survey
from tests.survey.classes import a_class, graded

_BEGIN = datetime(2026, 11, 2, tzinfo=UTC)
classes = st.builds(
    a_class,
    st.integers(1, 25),
    st.sampled_from([("adder",), ("adder", "doubler")]),
    checks=st.integers(2, 6),
    seed=st.integers(0, 10**6),
)


def _of(*attempts, rules=None):
    """Return the only exercise of a survey of *attempts*, of which the rules say what counts."""
    by_student = {}
    for one in attempts:
        by_student.setdefault(one.student, []).append((True, one))
    rules = rules or Rules()
    (found,) = survey([g for own in by_student.values() for g in counted(own, rules)]).exercises
    return found


@settings(max_examples=15, deadline=None)
@given(classes)
def test_the_numbers_fit_together(made):
    """Every count is bounded by the class, and every kind of student is counted once."""
    found = survey(made)

    assert found.students == len({one.student for one in made})
    assert found.attempts == len(made) == sum(e.attempts for e in found.exercises)
    assert len(found.shares) == sum(found.bins) == found.students
    for one in found.exercises:
        counting = one.students - one.without
        assert len(one.shares) == sum(one.bins) == counting
        assert one.passed + one.not_gradable <= counting
        assert sum(one.passing.at) >= one.passed
        assert sum(one.passing.at) + one.passing.never <= one.students
        assert all(0 <= share <= 1 for share in one.shares)
        for check in one.checks:
            assert 0 <= check.passed <= check.judged <= counting
            assert check.share == check.passed / check.judged
            assert sum(check.verdicts.values()) == check.judged
            assert check.discrimination is None or -1 <= check.discrimination <= 1
        for mistake in one.mistakes:
            assert 0 <= mistake.still <= mistake.students <= one.students
        for speed in one.speeds:
            assert speed.ratios == tuple(sorted(speed.ratios))
            assert speed.spread.n == len(speed.ratios) <= counting


@settings(max_examples=8, deadline=None)
@given(classes, st.randoms(use_true_random=False))
def test_the_order_of_students_does_not_matter(made, rng):
    """Who comes first changes no number."""
    names = sorted({one.student for one in made})
    order = dict(zip(names, rng.sample(names, len(names)), strict=True))
    other = sorted(made, key=lambda one: (one.exercise, order[one.student], one.attempt))

    assert survey(other) == survey(made)


def test_nobody_is_an_empty_survey():
    """No report, no exercise; nothing breaks."""
    found = survey([])

    assert (found.students, found.shares, found.exercises) == (0, (), ())


def test_exercises_come_in_teaching_order():
    """As the course lists them; one that the course no longer has comes last."""
    made = a_class(2, ("adder", "doubler", "gone"))

    found = survey(made, {"doubler": "Doubler", "adder": "Adder"})

    assert [(e.exercise, e.title) for e in found.exercises] == [
        ("doubler", "Doubler"),
        ("adder", "Adder"),
        ("gone", "gone"),
    ]


def test_discrimination_leaves_the_check_itself_out(reports):
    """Two checks that nobody's passing joins do not correlate, though each is half the score."""
    made = [
        graded(
            f"s{k}",
            1,
            reports.of(
                reports.check("sum", Verdict.PASSED if k % 2 else Verdict.FAILED),
                reports.check("order", Verdict.PASSED if k // 2 % 2 else Verdict.FAILED),
            ),
        )
        for k in range(12)
    ]

    found = _of(*made)

    assert [check.share for check in found.checks] == [0.5, 0.5]
    assert [check.discrimination for check in found.checks] == [pytest.approx(0), pytest.approx(0)]


def test_our_trouble_says_nothing_about_students(reports):
    """An errored check, and one that cannot run on this machine, is not judged."""
    report = reports.of(
        reports.check("sum"),
        reports.check("fast", Verdict.SKIPPED, possible=0.0, device="cuda"),
    )
    trouble = reports.of(reports.check("sum", Verdict.ERRORED))

    found = _of(graded("ada", 1, report), graded("ben", 1, trouble))

    assert [(c.check, c.judged, c.passed) for c in found.checks] == [("sum", 1, 1)]
    assert found.without == 1


def test_attempts_until_passed(reports):
    """What could not be judged uses no attempt up; who never passed is counted apart."""
    failed, passed = reports.failed(), reports.passed()
    made = [
        graded("ada", 1, passed, received_at=_BEGIN),
        graded("ben", 1, failed, received_at=_BEGIN),
        graded("ben", 2, reports.ungradable(), received_at=_BEGIN + timedelta(hours=1)),
        graded("ben", 3, passed, received_at=_BEGIN + timedelta(hours=6)),
        graded("eve", 1, failed, received_at=_BEGIN),
        graded("zoe", 1, reports.ungradable(), received_at=_BEGIN),
    ]

    found = _of(*made)

    assert found.passing.at == (1, 1)
    assert found.passing.never == 1
    assert found.passing.median == 1.5
    assert (found.passing.hours.n, found.passing.hours.median) == (1, 6.0)
    assert (found.passed, found.not_gradable, found.students) == (2, 1, 4)


def test_mistakes_are_counted_by_students(reports):
    """Made three times by one is one; who got rid of it does not have it still."""
    known = (Diagnosis(mistake="adds", sentence="You add.", checks=("sum",)),)
    wrong = reports.failed(diagnosis=known)
    made = [
        graded("ada", 1, wrong),
        graded("ada", 2, wrong),
        graded("ada", 3, reports.passed()),
        graded("ben", 1, wrong),
    ]

    (mistake,) = _of(*made).mistakes

    assert (mistake.mistake, mistake.students, mistake.still) == ("adds", 2, 1)


def test_being_late_costs_here_too(reports):
    """Scores are those that go into a gradebook."""
    rules = Rules(deadlines={"adder": _BEGIN}, percent_per_day=10.0)
    late = graded("ada", 1, reports.passed(), received_at=_BEGIN + timedelta(hours=30))

    found = _of(late, rules=rules)

    assert found.late == 1
    assert found.scores.mean == pytest.approx(1.6)
    assert found.shares == (pytest.approx(0.8),)


def test_what_is_not_handed_in_is_worth_nothing(reports):
    """A student's share of the whole course counts exercises that only others handed in."""
    made = [
        *counted([(True, graded("ada", 1, reports.passed()))], Rules()),
        *counted([(True, graded("ben", 1, reports.passed()))], Rules()),
        *counted([(True, graded("ben", 1, reports.passed(exercise="doubler")))], Rules()),
    ]

    assert survey(made).shares == (0.5, 1.0)


def test_a_class_is_the_same_for_the_same_seed():
    """The tests' own classes can be made again."""
    assert a_class(3, seed=random.Random(1).randint(0, 9)) == a_class(3, seed=2)
