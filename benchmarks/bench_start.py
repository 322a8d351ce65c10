"""How long a student waits, and what one more submission costs.

    python benchmarks/bench_start.py [--runs 7]

Everything is taken side by side in one run: each round times every candidate once, in turn, and
a ratio is formed within its round. Medians and spreads of the rounds are printed as the table
that stands in benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from autograder.course.catalog import Catalog
from autograder.grading import Grader
from autograder.sandbox.custody import ForkServer, Worker
from autograder.sandbox.limits import WorkerLimits

ROOT = Path(__file__).resolve().parents[1]
GRADE = Path(sys.executable).with_name("grade")
COURSE = {**os.environ, "TORCHGRADE_COURSE": str(ROOT)}


def seconds(command: list[str], folder: Path) -> float:
    """Return the wall time of *command* run in *folder*."""
    begun = time.perf_counter()
    subprocess.run(command, cwd=folder, env=COURSE, check=True, capture_output=True)
    return time.perf_counter() - begun


def row(name: str, values: list[float], unit: str = "s", scale: float = 1.0) -> str:
    """Return a line of the table: median, smallest and largest of *values*."""
    shown = [f"{v * scale:.3g}" for v in (statistics.median(values), min(values), max(values))]
    return f"| {name} | {shown[0]} {unit} | {shown[1]}-{shown[2]} | {len(values)} |"


def cold(folder: Path, runs: int) -> list[str]:
    """Time commands that start from nothing, beside the import of torch and pytest."""
    commands = {
        "`grade --help`": [str(GRADE), "--help"],
        "`grade list`": [str(GRADE), "list"],
        "`python -c 'import torch, pytest'`": [sys.executable, "-c", "import torch, pytest"],
        "`grade submit optimizer`, cold": [str(GRADE), "submit", "optimizer", "--json"],
    }
    times: dict[str, list[float]] = {name: [] for name in commands}
    for command in commands.values():  # once unmeasured: the files are then in memory
        seconds(command, folder)
    for _ in range(runs):
        for name, command in commands.items():
            times[name].append(seconds(command, folder))
    imports, submits = list(times.values())[2:]
    ratios = [s / i for s, i in zip(submits, imports, strict=True)]
    return [
        *(row(name, values) for name, values in times.items()),
        row("cold submit over the imports (limit 2)", ratios, "×"),
    ]


def processor(process: psutil.Process) -> float:
    """Return the CPU seconds of *process*, its living children, and those it has reaped."""
    total = 0.0
    for one in (process, *process.children(recursive=True)):
        times = one.cpu_times()
        total += times.user + times.system + times.children_user + times.children_system
    return total


def warm(folder: Path, runs: int) -> list[str]:
    """Measure one more submission of `optimizer`, whole hidden suite, everything started."""
    catalog = Catalog(ROOT)
    walls, processors, judges, cages = [], [], [], []
    with Grader(catalog) as grader:
        grader.grade(folder, catalog["optimizer"])
        me = psutil.Process()
        server, judge = sorted(me.children(), key=lambda p: p.pid)
        for _ in range(runs):
            before = [processor(p) for p in (server, judge, me)]
            begun = time.perf_counter()
            report = grader.grade(folder, catalog["optimizer"])
            walls.append(time.perf_counter() - begun)
            assert report.passed
            after = [processor(p) for p in (server, judge, me)]
            spent = [b - a for a, b in zip(before, after, strict=True)]
            cages.append(spent[0])
            judges.append(spent[1])
            processors.append(spent[2])
    return [
        row("warm submission: CPU in all (limit 0.5 s)", processors),
        row("… of it in the judge (checks, torch's side)", judges),
        row("… of it in the cage (start, student's side)", cages),
        row("warm submission: wall", walls),
    ]


def worker_start(runs: int) -> list[str]:
    """Time from asking for a caged worker to its being ready."""
    times = []
    with ForkServer() as server:
        level = server.info.level
        for _ in range(runs + 1):
            begun = time.perf_counter()
            with Worker(server.control, WorkerLimits()):
                times.append(time.perf_counter() - begun)
    return [row(f"caged worker starts, level {level} (limit 40 ms)", times[1:], "ms", 1000)]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "optimizer").mkdir()
        shutil.copy(ROOT / "solutions/optimizer/optimizer.py", folder / "optimizer")
        print("| what | median | smallest-largest | runs |\n| --- | --- | --- | --- |")
        for line in cold(folder, runs):
            print(line)
        for line in (*warm(folder / "optimizer", 3 * runs), *worker_start(10 * runs)):
            print(line)


if __name__ == "__main__":
    main()
