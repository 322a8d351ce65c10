"""Survey a class: from every report to a few numbers for each exercise. Pure functions, no I/O."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from itertools import groupby
from typing import TYPE_CHECKING

from autograder.results.verdict import Verdict
from autograder.survey.facts import (
    CheckFacts,
    ExerciseFacts,
    MistakeFacts,
    Passing,
    SpeedFacts,
    Survey,
)
from autograder.survey.measures import bins_of, discrimination, distribution, share

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from autograder.results.graded import Graded
    from autograder.results.report import CheckReport, Report

__all__ = ["survey"]

_HOUR = 3600


def survey(graded: Iterable[Graded], titles: Mapping[str, str] | None = None) -> Survey:
    """Return what *graded* says together.

    The attempts of one exercise come in a row, as the ledger gives them; one exercise's are held
    in memory at a time. Exercises are returned in the order of *titles*, then in their own.

    Args:
        graded: Every attempt that has a report.
        titles: The title of each exercise, in teaching order.
    """
    titles = titles or {}
    exercises: list[ExerciseFacts] = []
    earned: dict[str, float] = defaultdict(float)
    for exercise, alike in groupby(graded, key=lambda one: one.exercise):
        attempts = sorted(alike, key=lambda one: (one.student, one.attempt))
        for one in attempts:
            earned[one.student] += one.earned if one.counts else 0.0
        exercises.append(_exercise(exercise, titles.get(exercise, exercise), attempts))
    place = {exercise: at for at, exercise in enumerate(titles)}
    exercises.sort(key=lambda e: place.get(e.exercise, len(place)))
    possible = sum(exercise.possible for exercise in exercises)
    shares = tuple(sorted(share(points, possible) for points in earned.values()))
    return Survey(
        students=len(earned),
        attempts=sum(exercise.attempts for exercise in exercises),
        shares=shares,
        bins=bins_of(shares),
        exercises=tuple(exercises),
    )


def _exercise(exercise: str, title: str, attempts: Sequence[Graded]) -> ExerciseFacts:
    counting = [one for one in attempts if one.counts]
    students = {one.student for one in attempts}
    shares = tuple(sorted(share(one.earned, one.report.score.possible) for one in counting))
    reports = [one.report for one in counting if one.report.gradable]
    return ExerciseFacts(
        exercise=exercise,
        title=title,
        students=len(students),
        attempts=len(attempts),
        not_gradable=len(counting) - len(reports),
        without=len(students) - len(counting),
        late=sum(one.late for one in counting),
        passed=sum(report.passed for report in reports),
        possible=max(one.report.score.possible for one in attempts),
        scores=distribution(one.earned for one in counting),
        shares=shares,
        bins=bins_of(shares),
        checks=tuple(_checks(reports)),
        mistakes=_mistakes(attempts),
        passing=_passing(attempts),
        speeds=tuple(_speeds(reports)),
    )


def _checks(reports: Sequence[Report]) -> Iterator[CheckFacts]:
    """Yield each check, in the suite's order, with what else the same students scored."""
    seen: dict[tuple[str, str], list[tuple[CheckReport, float]]] = defaultdict(list)
    for report in reports:
        own = [check for check in report.verdicts if _could_run(check)]
        earned, possible = (sum(getattr(c, k) for c in own) for k in ("earned", "possible"))
        for check in own:
            rest = share(earned - check.earned, possible - check.possible)
            seen[check.check, check.device].append((check, rest))
    for (name, device), rows in seen.items():
        newest = rows[-1][0]
        passed = [check.verdict is Verdict.PASSED for check, _ in rows]
        yield CheckFacts(
            check=name,
            title=newest.title,
            part=newest.part,
            device=device,
            judged=len(rows),
            passed=sum(passed),
            share=sum(passed) / len(rows),
            discrimination=discrimination(passed, [rest for _, rest in rows]),
            verdicts=dict(Counter(check.verdict.value for check, _ in rows).most_common()),
        )


def _could_run(check: CheckReport) -> bool:
    """Return whether *check* says something about a student: neither our trouble nor our machine."""
    is_for_here = check.possible > 0  # a check for a device that is missing is worth nothing
    return is_for_here and check.verdict is not Verdict.ERRORED


def _mistakes(attempts: Sequence[Graded]) -> tuple[MistakeFacts, ...]:
    made: dict[str, set[str]] = defaultdict(set)
    still: Counter[str] = Counter()
    sentences: dict[str, str] = {}
    for one in attempts:
        for known in one.report.diagnosis:
            made[known.mistake].add(one.student)
            still[known.mistake] += one.counts
            sentences[known.mistake] = known.sentence
    found = (
        MistakeFacts(mistake=name, sentence=sentences[name], students=len(who), still=still[name])
        for name, who in made.items()
    )
    return tuple(sorted(found, key=lambda m: (-m.students, -m.still, m.mistake)))


def _passing(attempts: Sequence[Graded]) -> Passing:
    """Return at which of their judged attempts students first passed, and after how long."""
    numbers, hours = [], []
    never = 0
    for _, alike in groupby(attempts, key=lambda one: one.student):
        judged = [one for one in alike if one.report.gradable and not one.report.errored]
        at = next((k for k, one in enumerate(judged) if one.report.passed), None)
        if at is None:
            never += bool(judged)
            continue
        numbers.append(at + 1)
        if at:
            took = judged[at].received_at - judged[0].received_at
            hours.append(max(took.total_seconds(), 0.0) / _HOUR)
    counts = Counter(numbers)
    return Passing(
        at=tuple(counts[k] for k in range(1, max(numbers, default=0) + 1)),
        never=never,
        median=statistics.median(numbers) if numbers else None,
        hours=distribution(hours),
    )


def _speeds(reports: Sequence[Report]) -> Iterator[SpeedFacts]:
    timed: dict[tuple[str, str], list[CheckReport]] = defaultdict(list)
    for report in reports:
        for check in report.verdicts:
            if check.speed is not None:
                timed[check.check, check.device].append(check)
    for (name, device), checks in timed.items():
        newest = checks[-1]
        ratios = tuple(sorted(check.speed.ratio for check in checks if check.speed))
        spread = distribution(ratios)
        if newest.speed and spread:
            yield SpeedFacts(
                check=name,
                title=newest.title,
                device=device,
                reference=newest.speed.reference,
                limit=newest.speed.limit,
                ratios=ratios,
                spread=spread,
            )
