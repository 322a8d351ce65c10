"""Submissions a minute of `grade class` on this machine: `python benchmarks/bench_class.py`.

The submissions are solutions, spellings and mistakes of some exercises, each made unique by a
comment, so that every one of them is graded. Every run has a ledger of its own.
"""

from __future__ import annotations

import argparse
import itertools
import os
import resource
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from autograder.cohort import Cohort, Progress
from autograder.course.catalog import Catalog
from autograder.grading import Grader
from autograder.ledger.store import Ledger
from autograder.pool import LocalPool, Result, cores
from autograder.results.files import FeedbackFiles

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from autograder.pool import Task
    from autograder.results.report import Report

_ROOT = Path(__file__).resolve().parents[1]
_EXERCISES = ("optimizer", "mlp", "dataset", "dataloader")


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """What one run took, in seconds."""

    whole: float
    taking_in: float
    first: float
    """Until the first submission was graded: starting fork servers and judges, most of it."""
    warm: float
    """For each submission of the last exercise after its first few: everything is running."""
    again: float
    """The same call once more, with nothing to grade."""
    driver: float
    """Processor time of the driver itself for each submission, with all but the grading."""


class _ReadyPool:
    """Answers every task at once with the same report, so that the driver is seen alone."""

    def __init__(self, report: Report) -> None:
        self._report = report

    def stop(self) -> None:
        """Nothing is ever in flight."""

    def run(self, tasks: Iterable[Task]) -> Iterator[Result]:
        """Give the report, as if it were each task's own."""
        for task in tasks:
            report = msgspec.structs.replace(self._report, submission=task.handed_in.digest)
            yield Result(key=task.key, report=report)


def main() -> None:
    """Measure, and print the table for benchmarks/README.md."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--submissions", type=int, default=200)
    options.add_argument("--runs", type=int, default=3)
    options.add_argument("--alone", type=int, nargs="*", default=[100, 1000, 10_000])
    options.add_argument("--jobs", type=int, default=cores())
    options.add_argument("--exercise", action="append", choices=_EXERCISES)
    chosen = options.parse_args()
    exercises = tuple(chosen.exercise or _EXERCISES)
    runs = [_run(chosen.submissions, exercises, chosen.jobs) for _ in range(chosen.runs)]
    load = os.getloadavg()[0]
    _print(runs, chosen.submissions, chosen.jobs, exercises)
    _print_alone([_alone(number) for number in chosen.alone])
    print(f"\nLoad of the machine at the end: {load:.1f} on {cores()} cores.")


def _run(number: int, exercises: tuple[str, ...], jobs: int) -> Run:
    catalog = Catalog(_ROOT)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _hand_in(folder / "class", number, exercises)
        moments: list[tuple[float, Progress]] = []
        files = FeedbackFiles(folder / "out")
        with Ledger(str(folder / "ledger.sqlite")) as ledger:

            def cohort() -> Cohort:
                return Cohort(
                    catalog,
                    ledger,
                    keep=lambda entry, report: files.keep(report, entry.attempt, entry.exercise),
                    progress=lambda step: moments.append((time.monotonic(), step)),
                )

            began, used = time.monotonic(), time.process_time()
            outcome = cohort().run(folder / "class", LocalPool(catalog, jobs=jobs))
            assert outcome.graded == number, outcome
            assert not outcome.trouble, outcome.trouble
            used = time.process_time() - used
            before = tuple(moments)
            again = cohort().run(folder / "class", LocalPool(catalog, jobs=jobs))
            assert again.graded == 0, again
    graded = [(at, step.entry) for at, step in before if step.entry]
    last = [at for at, entry in graded if entry and entry.exercise == graded[-1][1].exercise]
    settled = last[min(2 * jobs, len(last) - 2) :]
    return Run(
        whole=outcome.seconds,
        taking_in=next(at for at, step in before if step.step == "grading") - began,
        first=graded[0][0] - began,
        warm=(settled[-1] - settled[0]) / (len(settled) - 1),
        again=again.seconds,
        driver=used / number,
    )


def _alone(number: int) -> tuple[int, float, float, float]:
    """Return how long driver and ledger take for *number* submissions: first, again, and MiB."""
    catalog = Catalog(_ROOT)
    with Grader(catalog) as grader:
        report = grader.grade(_ROOT / "solutions" / "optimizer", catalog["optimizer"])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _hand_in(folder / "class", number, ("optimizer",))
        files = FeedbackFiles(folder / "out")
        with Ledger(str(folder / "ledger.sqlite")) as ledger:
            pool = _ReadyPool(report)
            used = []
            for _ in range(2):
                began = time.process_time()
                Cohort(
                    catalog,
                    ledger,
                    keep=lambda entry, report: files.keep(report, entry.attempt, entry.exercise),
                ).run(folder / "class", pool)
                used.append(time.process_time() - began)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
    return number, used[0], used[1], most


def _print_alone(rows: list[tuple[int, float, float, float]]) -> None:
    print("\nDriver and ledger alone, the grading replaced by a ready report; processor time.\n")
    print("| submissions | first call | for each | again | for each | memory at most |")
    print("| --- | --- | --- | --- | --- | --- |")
    for number, first, again, most in rows:
        each, each_again = 1000 * first / number, 1000 * again / number
        print(
            f"| {number:,} | {first:.2f} s | {each:.1f} ms | {again:.2f} s | {each_again:.2f} ms "
            f"| {most:.0f} MiB |"
        )


def _hand_in(folder: Path, number: int, exercises: tuple[str, ...]) -> None:
    """Write *number* submissions, as many of each exercise, no two of them equal."""
    for at, exercise in enumerate(exercises):
        secret = _ROOT / "solutions" / exercise
        kinds = [secret / f"{exercise}.py"]
        kinds += sorted(secret.glob("spellings/*.py")) + sorted(secret.glob("mistakes/*.py"))
        own = range(at, number, len(exercises))
        for n, kind in zip(own, itertools.cycle(kinds)):
            target = folder / f"student-{n:05}" / exercise
            target.mkdir(parents=True)
            text = f"{kind.read_text(encoding='utf-8')}\n# {n}\n"
            (target / f"{exercise}.py").write_text(text, encoding="utf-8")


def _print(runs: list[Run], number: int, jobs: int, exercises: tuple[str, ...]) -> None:
    kinds = ", ".join(f"`{name}`" for name in exercises)
    print(f"{number} submissions of {kinds}, {jobs} at a time.\n")
    print("| what | median | smallest-largest | runs |\n| --- | --- | --- | --- |")
    a_minute = [60 * number / run.whole for run in runs]
    rows = {
        "submissions a minute, from the start of the call to its end": (a_minute, ""),
        "submissions a minute, once everything is running": ([60 / r.warm for r in runs], ""),
        "processor time of the driver, for each submission": (
            [1000 * r.driver for r in runs],
            " ms",
        ),
        "taking everything in": ([r.taking_in for r in runs], " s"),
        "until the first is graded": ([r.first for r in runs], " s"),
        "the same call again, nothing to grade": ([r.again for r in runs], " s"),
        "… for each submission": ([1000 * r.again / number for r in runs], " ms"),
        "hours for 10,000 submissions, once everything is running": (
            [10_000 * r.warm / 3600 for r in runs],
            " h",
        ),
    }
    for what, (values, unit) in rows.items():
        low, high = min(values), max(values)
        median = statistics.median(values)
        print(f"| {what} | {median:.3g}{unit} | {low:.3g}-{high:.3g} | {len(values)} |")


if __name__ == "__main__":
    main()
