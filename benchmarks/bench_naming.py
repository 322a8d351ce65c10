"""What naming the mistake adds to a failing submission: `python benchmarks/bench_naming.py`.

A sample of each exercise's known mistakes is graded by a warm grader, without diagnosis and with,
in turn; what is told is the difference from the last check on, on the clock and in processor time
of all processes. Each is graded as it is, so that its own name ends the search, and left out of
the catalogue, so that everything that could be is tried. Speed checks are left out, and so are
mistakes that only they find.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from bench_throughput import spent

from autograder.course.catalog import Catalog
from autograder.grading import Grader
from autograder.judging.mistakes import read_mistakes
from autograder.results.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograder.course.exercise import Exercise
    from autograder.results.report import CheckReport, Report

ROOT = Path(__file__).resolve().parents[1]
EXERCISES = ("mlp", "optimizer", "dataset", "sgd", "losses", "training_loop", "workers")
KINDS = ("known", "left out")
PARTS = ("correctness", "parity")
_HEAD = "| exercise | submissions | CPU: median | 90 % | most | wall: median | 90 % | most | of one run | runs |"


class Tail:
    """What a grading costs from its last checks on.

    Args:
        checks: How many there are.
    """

    def __init__(self, checks: int) -> None:
        self._checks = checks
        self._seen = 0
        self._me = psutil.Process()
        self._spent = 0.0
        self._clock = 0.0

    def progress(self, _done: int, _all: int, _check: CheckReport) -> None:
        """Take note of a check; reading processor time takes a while, so do so before the last."""
        self._seen += 1
        if self._seen == self._checks - 1:
            self._spent = spent(self._me)
        self._clock = time.perf_counter()

    def end(self) -> tuple[float, float]:
        """Return the seconds since, of processors and on the clock."""
        wall = time.perf_counter() - self._clock
        time.sleep(0.02)  # until what has ended is reaped
        return spent(self._me) - self._spent, wall


class Submission:
    """A failing one, written into a folder of its own."""

    def __init__(self, grader: Grader, exercise: Exercise, folder: Path, mistake: str) -> None:
        self._grader = grader
        self._exercise = exercise
        self._folder = folder
        self.mistake = mistake
        first = self._grade(Tail(0), diagnosed=True)  # it also has the judge read its mistakes
        verdicts = [v.verdict for v in first.verdicts]
        self.fails = Verdict.FAILED in verdicts
        self._checks = len(verdicts)

    def _grade(self, tail: Tail, unknown: Sequence[str] = (), *, diagnosed: bool) -> Report:
        return self._grader.grade(
            self._folder,
            self._exercise,
            part=PARTS,
            unknown=unknown,
            diagnosed=diagnosed,
            progress=tail.progress,
        )

    def added(self, kind: str) -> tuple[float, float]:
        """Return the seconds that naming adds to one grading, of processors and on the clock."""
        found = []
        for diagnosed in (False, True):
            tail = Tail(self._checks)
            self._grade(tail, (self.mistake,) if kind == KINDS[1] else (), diagnosed=diagnosed)
            found.append(tail.end())
        (cpu, wall), (more_cpu, more_wall) = found
        return more_cpu - cpu, more_wall - wall


def sampled(grader: Grader, exercise: Exercise, folder: Path, count: int) -> list[Submission]:
    """Return up to *count* mistakes of *exercise*, evenly spread, as submissions."""
    mistakes = read_mistakes(exercise.secret / "mistakes")
    found = []
    for k in range(min(count, len(mistakes))):
        mistake = mistakes[k * len(mistakes) // min(count, len(mistakes))]
        place = folder / exercise.id / mistake.name
        place.mkdir(parents=True)
        (place / exercise.files[0]).write_text(mistake.text, encoding="utf-8")
        found.append(Submission(grader, exercise, place, mistake.name))
    return [submission for submission in found if submission.fails]


def row(name: str, runs: Sequence[Sequence[tuple[float, float]]]) -> str:
    """Return one line of the table: of each submission, the median of its *runs*."""
    cells = [name, str(len(runs))]
    for one in (0, 1):
        found = sorted(1000 * statistics.median(run[one] for run in each) for each in runs)
        ninety = found[-(-9 * len(found) // 10) - 1]
        cells += [f"{number:.0f} ms" for number in (statistics.median(found), ninety, found[-1])]
    walls = [1000 * wall for each in runs for _, wall in each]
    cells += [f"{min(walls):.0f}-{max(walls):.0f}", str(len(runs[0]))]
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("exercises", nargs="*", default=EXERCISES)
    parser.add_argument("--mistakes", type=int, default=10, help="of each exercise")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--verbose", action="store_true", help="tell every submission's")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    catalog = Catalog(ROOT)
    print(_HEAD, "| --- " * 10 + "|", sep="\n")
    with Grader(catalog) as grader, tempfile.TemporaryDirectory() as folder:
        for name in options.exercises:
            submissions = sampled(grader, catalog[name], Path(folder), options.mistakes)
            for kind in KINDS:
                runs = []
                for submission in submissions:
                    runs.append([submission.added(kind) for _ in range(options.runs)])
                    if options.verbose:
                        shown = " ".join(f"{1000 * c:.0f}/{1000 * w:.0f}" for c, w in runs[-1])
                        print(f"  {submission.mistake}: {shown} ms")
                print(row(f"`{name}`, {kind}", runs), flush=True)
    print(f"\nLoad of the machine: {load:.1f} before, {os.getloadavg()[0]:.1f} after.")


if __name__ == "__main__":
    main()
