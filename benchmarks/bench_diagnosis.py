"""How often a mistake is named, and how often wrongly: `python benchmarks/bench_diagnosis.py`.

Four kinds of submissions of every exercise: each known mistake; the same with that mistake taken
out of the catalogue, so that every name is a wrong one; two mistakes in one file; and what is
right. Two mistakes count as being in one file where it passes no check that one of them fails,
and each shows: it fails a check that only the one fails, and one that only the other fails.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.course.catalog import Catalog
from autograder.grading import Grader
from autograder.judging.mistakes import read_mistakes, spliced
from autograder.results.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from autograder.course.exercise import Exercise
    from autograder.judging.mistakes import Mistake
    from autograder.results.report import Report

_FAILED = Verdict.FAILED
_TRIES = 60  # files made for one exercise, at most, of which some do not have both mistakes


def grade(grader: Grader, exercise: Exercise, text: str, **options: Any) -> Report:
    """Return the report on *text* without its speed checks' samples."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / exercise.files[0]).write_text(text)
        return grader.grade(Path(folder), exercise, pairs=3, **options)


def names(report: Report) -> tuple[str, ...]:
    """Return the mistakes that *report* names."""
    return tuple(known.mistake for known in report.diagnosis)


def failed(report: Report) -> set[str]:
    """Return the checks that failed."""
    return {v.check for v in report.verdicts if v.verdict is _FAILED}


def passed(report: Report) -> set[str]:
    """Return the checks that passed."""
    return {v.check for v in report.verdicts if v.verdict is Verdict.PASSED}


def pairs_of(
    grader: Grader, exercise: Exercise, mistakes: Sequence[Mistake], count: int
) -> Iterator[tuple[Mistake, Mistake, Report]]:
    """Yield files with two mistakes, made from the solution's text and two functions."""
    order = list(combinations(mistakes, 2))
    random.Random(exercise.id).shuffle(order)  # noqa: S311 - the same pairs in every run
    solution = exercise.solution.read_text(encoding="utf-8")
    tries = found = 0
    for one, other in order:
        if found == count or tries > _TRIES:
            return
        mine, theirs = one.fails - other.fails, other.fails - one.fails
        if not mine or not theirs:
            continue
        for text in (t for half in spliced(solution, one.text) for t in spliced(half, other.text)):
            tries += 1
            if tries > _TRIES:
                return
            report = grade(grader, exercise, text)
            seen = failed(report) & mine and failed(report) & theirs
            if seen and not passed(report) & (one.fails | other.fails):
                found += 1
                yield one, other, report
                break


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("exercises", nargs="*")
    parser.add_argument("--pairs", type=int, default=6, help="pairs of each exercise")
    parser.add_argument("--only-pairs", action="store_true")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    catalog = Catalog.find(None)
    total: Counter[str] = Counter()
    print(
        "| exercise | mistakes | own | left out: named | pairs | both | one | wrong | right: named |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    with Grader(catalog) as grader:
        for exercise in [catalog[e] for e in options.exercises] or catalog.exercises:
            count = measure(grader, exercise, options)
            print(row(exercise.id, count), flush=True)
            total += count
    print(row("all", total))


def row(name: str, n: Counter[str]) -> str:
    """Return one line of the table."""
    return (
        f"| `{name}` | {n['mistakes']} | {n['own']} | {n['left_out']} | {n['pairs']} | {n['both']} "
        f"| {n['one']} | {n['wrong']} | {n['right']} |"
    )


def measure(grader: Grader, exercise: Exercise, options: argparse.Namespace) -> Counter[str]:
    """Return the counts of one exercise."""
    count: Counter[str] = Counter()
    mistakes = read_mistakes(exercise.secret / "mistakes")
    say = print if options.verbose else lambda *_: None
    for mistake in mistakes if not options.only_pairs else ():
        report = grade(grader, exercise, mistake.text)
        count["mistakes"] += 1
        count["own"] += names(report)[:1] == (mistake.name,)
        if names(report) != (mistake.name,):
            say("   own:", mistake.name, "is told", names(report))
        named = names(grade(grader, exercise, mistake.text, unknown=(mistake.name,)))
        count["left_out"] += bool(named)
        if named:
            say("   left out:", mistake.name, "is told", named)
    for one, other, report in pairs_of(grader, exercise, mistakes, options.pairs):
        named, true = set(names(report)), {one.name, other.name}
        count["pairs"] += 1
        count["both"] += named == true
        count["one"] += len(named) == 1 and named < true
        count["wrong"] += bool(named - true)
        if named != true:
            say("   pair:", one.name, other.name, "is told", names(report), "of", failed(report))
    for path in exercise.rights if not options.only_pairs else ():
        count["right"] += bool(names(grade(grader, exercise, path.read_text(encoding="utf-8"))))
    return count


if __name__ == "__main__":
    main()
