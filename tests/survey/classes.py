"""Classes to order: attempts of made-up students, the same for the same seed."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import msgspec

from autograder.course.rules import Rules
from autograder.ledger.counting import counted
from autograder.results.graded import Graded
from autograder.results.report import Diagnosis, Speed
from autograder.results.verdict import Verdict
from tests.conftest import Reports, check_report, report_of

_BEGIN = datetime(2026, 11, 2, 9, tzinfo=UTC)
_MISTAKES = {
    "adds_the_gradient": "You go uphill: the gradient is to be subtracted.",
    "forgets_momentum": "The buffer starts anew at every step.",
    "shares_state": "All parameters share one buffer; each needs its own.",
}


def a_class(
    students: int, exercises: tuple[str, ...] = ("adder",), *, checks: int = 12, seed: int = 0
) -> list[Graded]:
    """Return the attempts of *students*, exercise by exercise, as a ledger gives them."""
    made = []
    for number, exercise in enumerate(exercises):
        for student in range(students):
            rng = random.Random(f"{seed} {number} {student}")
            made += counted(_attempts(rng, f"student-{student:03}", exercise, checks), Rules())
    return made


def _attempts(rng, student, exercise, checks):
    skill = rng.gauss(0.6, 0.25)
    at = _BEGIN + timedelta(hours=rng.uniform(0, 100))
    for attempt in range(1, rng.randint(1, 4) + 1):
        report = _report(rng, skill, exercise, checks)
        yield True, graded(student, attempt, report, received_at=at)
        if report.passed:
            return
        skill += rng.uniform(0.05, 0.3)
        at += timedelta(hours=rng.expovariate(0.2))


def _report(rng, skill, exercise, checks):
    if rng.random() < 0.03:
        return Reports().ungradable(exercise=exercise)
    verdicts = []
    for k in range(checks):
        hardness = k / checks + 0.02
        holds = rng.random() < (
            1.1 - hardness if k == checks - 2 else 1.5 * skill - hardness + 0.35
        )
        ratio = max(0.4, rng.lognormvariate(0.5 - 0.5 * skill, 0.5))
        speed = (
            Speed(
                ratio=ratio,
                low=ratio,
                high=ratio,
                limit=3.0,
                samples=9,
                conclusive=True,
                reference="torch.optim.SGD",
            )
            if k == checks - 1
            else None
        )
        holds = ratio <= 3.0 if speed else holds
        part = "speed" if speed else ("parity" if k > checks / 2 else "correctness")
        verdicts.append(
            check_report(
                f"check_{k}",
                Verdict.PASSED if holds else Verdict.FAILED,
                part=part,
                speed=speed,
                title=f"Step {k} lands where `torch.optim.SGD` lands, with weight decay {k}.",
            )
        )
    failed = [v.check for v in verdicts if v.verdict is not Verdict.PASSED]
    known = rng.choices([*_MISTAKES], weights=[5, 3, 1])[0]
    diagnosis = (
        (Diagnosis(mistake=known, sentence=_MISTAKES[known], checks=tuple(failed[:2])),)
        if len(failed) > 2
        else ()
    )
    return report_of(*verdicts, exercise=exercise, diagnosis=diagnosis)


def graded(student, attempt, report, *, received_at=_BEGIN, counts=False, **facts):
    """Return one attempt."""
    report = msgspec.structs.replace(report, student=student)
    return Graded(
        student=student,
        exercise=report.exercise,
        attempt=attempt,
        received_at=received_at,
        counts=counts,
        report=report,
        **facts,
    )
