"""How often the speed checks are wrong, and what they cost.

    python benchmarks/bench_speed_gate.py [--idle 1000] [--loaded 300] [--beside 100]
    python benchmarks/bench_speed_gate.py --record tests/data/speed_noise.json

Right spellings must never fail, and what takes twice the limit or longer must never pass: on an
idle machine, beside more busy processes than there are cores, and beside a second grader that
times, too. Every grading is of a file of its own (a comment is added), so that its inputs are, too.
The counts are printed as the table that stands in benchmarks/README.md. `--record` writes what
pairs of one and the same code look like here, for the simulation in tests/judging/test_speed.py.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import multiprocessing
import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from autograder.calibration import busy
from autograder.course.catalog import Catalog
from autograder.course.exercise import SPEED
from autograder.grading import Grader
from autograder.judging.diagnosis import read_mistakes
from autograder.results.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autograder.course.exercise import Exercise
    from autograder.results.report import CheckReport

ROOT = Path(__file__).resolve().parents[1]
PAIRS_OF_NOISE, PAIRS_OF_A_LOOK = 40, 11


class Case(NamedTuple):
    """A file to be graded, and whether it must pass."""

    exercise: str
    path: Path
    is_right: bool


class Outcome(NamedTuple):
    """What became of one speed check."""

    case: Case
    verdict: Verdict
    is_conclusive: bool
    seconds: float


def grade(grader: Grader, case: Case, number: int, pairs: int | None = None) -> list[CheckReport]:
    """Return the verdicts of the speed checks on *case*, with inputs of *number*'s own."""
    exercise = grader.catalog[case.exercise]
    with tempfile.TemporaryDirectory() as name:
        text = case.path.read_text(encoding="utf-8")
        (Path(name) / exercise.files[0]).write_text(f"{text}\n# {number}\n", encoding="utf-8")
        report = grader.grade(Path(name), exercise, part=SPEED, pairs=pairs)
    return [v for v in report.verdicts if v.part == SPEED and v.possible]


def rights_of(exercise: Exercise) -> list[Case]:
    """Return the solution and the right spellings."""
    return [Case(exercise.id, path, is_right=True) for path in exercise.rights]


def slow_of(exercise: Exercise, grader: Grader) -> list[Case]:
    """Return the mistakes that take at least twice the limit, as measured here and now."""
    found = []
    for mistake in read_mistakes(exercise.secret / "mistakes"):
        case = Case(exercise.id, mistake.path, is_right=False)
        speeds = [v.speed for v in grade(grader, case, -1, pairs=PAIRS_OF_A_LOOK) if v.speed]
        if speeds and all(s.samples == PAIRS_OF_A_LOOK and s.ratio >= 2 * s.limit for s in speeds):
            found.append(case)
    return found


def outcomes(grader: Grader, cases: list[Case], count: int, first: int) -> Iterator[Outcome]:
    """Grade *cases* in turn, *count* times in all."""
    for number, case in zip(range(first, first + count), itertools.cycle(cases), strict=False):
        for verdict in grade(grader, case, number):
            is_conclusive = verdict.speed is not None and verdict.speed.conclusive
            yield Outcome(case, verdict.verdict, is_conclusive, verdict.seconds)


def row(words: str, found: list[Outcome]) -> str:
    """Return a line of the table, and name what was judged wrongly."""
    is_right = found[0].case.is_right
    wanted = Verdict.PASSED if is_right else Verdict.FAILED
    wrong = [o for o in found if o.verdict is not wanted]
    for outcome in wrong:
        print(f"WRONG: {outcome}")
    seconds = sorted(o.seconds for o in found)
    costs = [statistics.median(seconds), seconds[int(0.95 * len(seconds))], seconds[-1]]
    told = " | ".join(f"{s:.2f} s" for s in costs)
    undecided = sum(not o.is_conclusive for o in found)
    kind = "right spellings" if is_right else "twice the limit or slower"
    return f"| {words} | {kind} | {len(found)} | {len(wrong)} | {undecided} | {told} |"


def measure(words: str, rights: list[Case], slow: list[Case], count: int, first: int) -> None:
    """Grade both kinds *count* times, and print their lines."""
    with Grader(Catalog(ROOT)) as grader:
        for cases in (rights, slow) if count else ():
            print(row(words, list(outcomes(grader, cases, count, first))), flush=True)


def noise() -> dict[str, list[list[float]]]:
    """Return ratios of pairs of one and the same code, around their median, idle and loaded."""
    recorded: dict[str, list[list[float]]] = {"idle": [], "loaded": []}
    catalog = Catalog(ROOT)
    cases = [rights_of(exercise)[0] for exercise in catalog if exercise.points.get(SPEED)]
    with Grader(catalog) as grader:
        for kind, series in recorded.items():
            load = busy((os.cpu_count() or 1) + 1) if kind == "loaded" else contextlib.nullcontext()
            with load:
                for number in range(8):
                    for case in cases:
                        for verdict in grade(grader, case, number, PAIRS_OF_NOISE):
                            assert verdict.speed is not None
                            middle = verdict.speed.ratio
                            series.append([round(x / middle, 3) for x in verdict.speed.ratios])
    return recorded


def main() -> None:
    """Print the table, or record noise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--idle", type=int, default=1000)
    parser.add_argument("--loaded", type=int, default=300)
    parser.add_argument("--beside", type=int, default=100)
    parser.add_argument("--busy", type=int, default=(os.cpu_count() or 1) + 1)
    parser.add_argument("--record", type=Path)
    options = parser.parse_args()
    if options.record:
        options.record.write_text(json.dumps(noise()) + "\n", encoding="utf-8")
        return
    begun = time.monotonic()
    catalog = Catalog(ROOT)
    timed = [exercise for exercise in catalog if exercise.points.get(SPEED)]
    rights = [case for exercise in timed for case in rights_of(exercise)]
    with Grader(catalog) as grader:
        slow = [case for exercise in timed for case in slow_of(exercise, grader)]
    print(f"{len(rights)} right: {', '.join(f'{c.exercise}/{c.path.stem}' for c in rights)}")
    print(f"{len(slow)} slow: {', '.join(f'{c.exercise}/{c.path.stem}' for c in slow)}\n")
    print("| machine | submissions | checks | judged wrongly | undecided | median | 95 % | most |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |", flush=True)
    measure("idle", rights, slow, options.idle, 0)
    with busy(options.busy):
        measure(f"{options.busy} busy processes", rights, slow, options.loaded, 10_000)
    graders = [
        multiprocessing.Process(
            target=measure, args=("two graders at once", rights, slow, options.beside, first)
        )
        for first in (20_000, 30_000)
    ]
    for grader_process in graders:
        grader_process.start()
    for grader_process in graders:
        grader_process.join()
    print(f"\nTaken in {(time.monotonic() - begun) / 60:.0f} minutes.")


if __name__ == "__main__":
    main()
