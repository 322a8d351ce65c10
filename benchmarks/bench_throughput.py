"""What one more submission costs, and how many a second one grader grades.

    python benchmarks/bench_throughput.py [--runs 3] [--before DIR]

`--before` names another checkout of this repository, whose engine then grades the same submissions
in turn with this one's. Processor time is read from the processes that used it, so it says
little about what else this machine does; submissions a second say much about that. A row is
the median of the rounds, with the smallest and the largest.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil

from autograder.course.catalog import Catalog
from autograder.course.exercise import Suite
from autograder.grading import Grader

ROOT = Path(__file__).resolve().parents[1]
EXERCISES = ("mlp", "optimizer", "dataset", "dataloader")
MISTAKES = 6
RIGHT = 4
WHOLE, NO_SPEED = "all checks", "correctness only"
NOW, BEFORE, FRESH = "this engine", "before", "this engine, a fresh judge each time"
_HEAD = "| exercise | submission | checks | engine | CPU in all | smallest-largest | judge | cage | grader | rounds |"


def spent(process: psutil.Process) -> float:
    """Return the CPU seconds of *process*, its living children, and those they have reaped."""
    total = 0.0
    for one in (process, *process.children(recursive=True)):
        try:
            times = one.cpu_times()
        except psutil.NoSuchProcess:  # it has just been reaped: count again, with its time there
            return spent(process)
        total += times.user + times.system + times.children_user + times.children_system
    return total


class Bench:
    """A grader whose processes are watched."""

    def __init__(self) -> None:
        self.catalog = Catalog(ROOT)
        self.grader = Grader(self.catalog)
        self.grader.prepare(self.catalog[EXERCISES[0]], Suite.HIDDEN)
        self._me = psutil.Process()
        self._server = next(p for p in self._me.children() if self._is_server(p))

    @staticmethod
    def _is_server(process: psutil.Process) -> bool:
        return "forkserver" in " ".join(process.cmdline())

    def _snapshot(self) -> tuple[float, float, float]:
        return sum(map(spent, self._judges())), spent(self._server), time.process_time()

    def _judges(self) -> list[psutil.Process]:
        alive = [p for p in self._me.children() if p.status() != psutil.STATUS_ZOMBIE]
        return [p for p in alive if not self._is_server(p)]

    def grade(
        self, exercise: str, folders: list[str], part: str | None, *, fresh: bool
    ) -> dict[str, float]:
        """Return the CPU seconds of judge, cage and grader for each of *folders*."""
        found = self.catalog[exercise]
        for folder in folders[: not fresh]:
            self.grader.grade(Path(folder), found, part=part)  # the judge is there
        totals = [0.0, 0.0, 0.0]
        for folder in folders:
            if fresh:
                for judge in self._judges():
                    judge.kill()
                while self._judges():
                    time.sleep(0.01)
            before = self._snapshot()
            self.grader.grade(Path(folder), found, part=part)
            time.sleep(0.02)  # until what has ended is reaped
            after = self._snapshot()
            totals = [t + b - a for t, a, b in zip(totals, before, after, strict=True)]
        return dict(
            zip(("judge", "cage", "grader"), (t / len(folders) for t in totals), strict=True)
        )


def serve() -> None:
    """Grade what is asked for, line by line, until the questions end."""
    bench = Bench()
    for line in sys.stdin:
        print(json.dumps(bench.grade(**json.loads(line))), flush=True)
    bench.grader.close()


class Engine:
    """A checkout's engine in a process of its own."""

    def __init__(self, root: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).resolve()), "--serve"],
            env={**os.environ, "PYTHONPATH": str(root)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, **question: Any) -> dict[str, float]:
        """Return what grading cost."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(question), file=self._process.stdin, flush=True)
        answer: dict[str, float] = json.loads(self._process.stdout.readline())
        return answer

    def close(self) -> None:
        """End it."""
        self._process.communicate()


def submissions(exercise: str, folder: Path) -> dict[str, list[str]]:
    """Write submissions of *exercise* below *folder*; return their folders by kind."""
    found = Catalog(ROOT)[exercise]
    mistakes = sorted((found.secret / "mistakes").glob("*.py"))
    chosen = mistakes[:: max(1, len(mistakes) // MISTAKES)][:MISTAKES]
    kinds = {"right": [found.solution] * RIGHT, "mistakes": chosen}
    written: dict[str, list[str]] = {}
    for kind, paths in kinds.items():
        for number, path in enumerate(paths):
            place = folder / exercise / f"{kind}-{number}"
            place.mkdir(parents=True)
            text = path.read_text(encoding="utf-8")
            # Each has inputs of its own, as the submissions of a class have.
            (place / found.files[0]).write_text(f"{text}\n# {number}\n", encoding="utf-8")
            written.setdefault(kind, []).append(str(place))
    return written


def row(cells: tuple[str, ...], costs: list[dict[str, float]]) -> str:
    """Return a line of the first table."""
    totals = [1000 * sum(cost.values()) for cost in costs]
    parts = [
        statistics.median(1000 * c[part] for c in costs) for part in ("judge", "cage", "grader")
    ]
    numbers = [f"{statistics.median(totals):.0f} ms", f"{min(totals):.0f}-{max(totals):.0f}"]
    shown = (*cells, *numbers, *(f"{part:.0f}" for part in parts), str(len(costs)))
    return f"| {' | '.join(shown)} |"


def costs(runs: int, before: Path | None, folder: Path) -> None:
    """Print what one submission costs, engine beside engine."""
    engines = {NOW: Engine(ROOT), **({BEFORE: Engine(before)} if before else {})}
    print(_HEAD, "| --- " * 10 + "|", sep="\n")
    for exercise in EXERCISES:
        for kind, folders in submissions(exercise, folder).items():
            for checks, part in ((WHOLE, None), (NO_SPEED, "correctness")):
                found: dict[str, list[dict[str, float]]] = {}
                for _ in range(runs):
                    for name, engine in engines.items():
                        question = {"exercise": exercise, "folders": folders, "part": part}
                        found.setdefault(name, []).append(engine.ask(**question, fresh=False))
                    if (exercise, kind, part) == ("optimizer", "right", None):
                        cost = engines[NOW].ask(**question, fresh=True)
                        found.setdefault(FRESH, []).append(cost)
                for name, each in found.items():
                    print(row((exercise, kind, checks, name), each), flush=True)
    for engine in engines.values():
        engine.close()


def rates(runs: int, folder: Path) -> None:
    """Print how many submissions a second come out of one grader, by threads."""
    catalog = Catalog(ROOT)
    exercise = catalog["optimizer"]
    folders = [Path(f) for fs in submissions("optimizer", folder).values() for f in fs]
    found: dict[tuple[int, str], list[float]] = {}
    with Grader(catalog) as grader:
        grader.grade(folders[0], exercise)
        for _ in range(runs):
            for threads in (1, 2, 4):
                for checks, part in ((WHOLE, None), (NO_SPEED, "correctness")):
                    begun = time.perf_counter()
                    with ThreadPoolExecutor(threads) as pool:
                        jobs = [pool.submit(grader.grade, f, exercise, part=part) for f in folders]
                        reports = [job.result() for job in jobs]
                    assert not any(report.errored for report in reports)
                    rate = len(folders) / (time.perf_counter() - begun)
                    found.setdefault((threads, checks), []).append(rate)
    print("\n| threads | checks | submissions a second | smallest-largest | rounds |")
    print("| --- | --- | --- | --- | --- |")
    for (threads, checks), each in found.items():
        spread = f"{min(each):.2f}-{max(each):.2f}"
        print(f"| {threads} | {checks} | {statistics.median(each):.2f} | {spread} | {len(each)} |")


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--before", type=Path, help="another checkout, to be compared with")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve()
        return
    load = os.getloadavg()[0]
    name = tempfile.mkdtemp(prefix="torchgrade-bench-")
    try:
        costs(options.runs, options.before, Path(name) / "costs")
        rates(options.runs, Path(name) / "rates")
    finally:
        shutil.rmtree(name)
    print(f"\nLoad of the machine: {load:.1f} before, {os.getloadavg()[0]:.1f} after.")


if __name__ == "__main__":
    main()
