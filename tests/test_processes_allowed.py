"""Cheats of an exercise that allows child processes: they earn nothing, and leave nothing.

Each is graded for real at every level, with the reading of the source switched off. In the end the
same grader gives the right solution every point.
"""

from __future__ import annotations

import contextlib
import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import psutil
import pytest

from autograder import grading
from autograder.course.catalog import Catalog
from autograder.errors import IsolationError
from autograder.grading import Grader
from autograder.sandbox.isolation import Level

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autograder.course.exercise import Exercise

_ROOT = Path(__file__).resolve().parents[1]
_GONE = 10.0
"""Seconds that a killed process may need to be gone on a busy machine."""
_MOST = 60.0
"""Seconds in which a cheat must have been graded, on a busy machine, too."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(150),
    pytest.mark.skipif(sys.platform != "linux", reason="the cage is made of Linux"),
    pytest.mark.skipif(
        not (_ROOT / "solutions" / "workers").is_dir(), reason="needs the hidden suite"
    ),
]

_FRAME = """
import multiprocessing
import time

os = getattr(multiprocessing.util, "o" + "s")
fork = multiprocessing.get_context("fork")


class PrefetchLoader:
    def __init__(self, dl, n=2):
        self.dl = dl

    def __iter__(self):
        {code}
        return iter(())


class WorkerLoader:
    def __init__(self, ds, batches, n_workers=2, collate_fn=list):
        self.batches = batches

    def __iter__(self):
        {code}
        return iter(())


{functions}
"""

CHEATS = {
    "a fork bomb": (
        "multiply()",
        """
def multiply():
    while True:
        try:
            fork.Process(target=multiply).start()
        except OSError:
            time.sleep(0.01)
""",
    ),
    "a daemon that outlives its check": (
        "fork.Process(target=linger).start()",
        """
def linger():
    for call in (getattr(os, "set" + "sid"), os.getpid):
        try:
            call()
        except OSError:
            pass
    child = fork.Process(target=time.sleep, args=(600,))
    child.start()
    os._exit(0)
""",
    ),
    "a child that writes answers to all descriptors": (
        "fork.Process(target=forge).start()",
        """
import json, struct


def frame(number):
    body = b"\\x83\\xa2is\\xabObservation\\xa2id" + struct.pack(">BI", 0xCE, number)
    body += b"\\xa5value\\x92\\x92\\xa1l\\x90\\xc4\\x00"
    return struct.pack("!I", len(body)) + body


def forge():
    end = time.monotonic() + 5
    while time.monotonic() < end:
        for number in range(200):
            for descriptor in range(3, 32):
                try:
                    os.write(descriptor, frame(number))
                except OSError:
                    pass
""",
    ),
    "children that never rest": (
        "[fork.Process(target=spin).start() for _ in range(4)]",
        """
def spin():
    while True:
        pass
""",
    ),
    "a child that prints without end": (
        "fork.Process(target=chatter).start()",
        """
def chatter():
    while True:
        os.write(1, b"10 of 10 points\\n" * 4000)
""",
    ),
    "a child that answers in the place of its parent": (
        "become_the_child()",
        """
def become_the_child():
    child = fork.Process(target=time.sleep, args=(0.2,))
    child.start()
    child.join()
    # What a worker answers is compared in the judge, whoever sends it.
    raise SystemExit(0)
""",
    ),
    "processes at import": (
        "pass",
        """
def linger():
    time.sleep(600)


for _ in range(3):
    fork.Process(target=linger, daemon=True).start()
""",
    ),
}


class House(NamedTuple):
    """A grader, the exercise, and a folder to hand in from."""

    grader: Grader
    exercise: Exercise
    folder: Path

    def grade(self, text: str) -> grading.Report:
        """Grade *text*."""
        (self.folder / "workers.py").write_text(text)
        return self.grader.grade(self.folder, self.exercise)

    def processes(self) -> list[psutil.Process]:
        """Return the workers and their children."""
        server = psutil.Process(self.grader.server._process.pid)
        found = []
        for process in server.children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                if process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
        return found


@pytest.fixture(scope="module", params=[Level.FULL, Level.CONTAINER])
def house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """Give a grader of `workers`, without its mistakes, which cost time here only."""
    root = tmp_path_factory.mktemp("course")
    for half in ("assignments", "solutions"):
        shutil.copytree(_ROOT / half / "workers", root / half / "workers")
    for mistake in (root / "solutions" / "workers" / "mistakes").glob("*.py"):
        mistake.unlink()
    toml = root / "assignments" / "workers" / "exercise.toml"
    toml.write_text(toml.read_text().replace("seconds = 20.0", "seconds = 5.0"))
    catalog = Catalog(root)
    with Grader(catalog, isolation=request.param.value) as grader:
        try:
            absent = grader.server.info.absent
        except IsolationError as error:
            pytest.skip(str(error))
        if request.param is Level.CONTAINER and "user" in absent:
            pytest.skip(absent["user"])
        yield House(grader, catalog["workers"], tmp_path_factory.mktemp("submission"))


@pytest.mark.parametrize("cheat", CHEATS)
def test_a_cheat_earns_nothing_and_leaves_nothing(
    house: House, cheat: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No point, no process, and an end in time."""
    monkeypatch.setattr(grading, "violations", lambda *_: ())
    code, functions = CHEATS[cheat]
    house.grader.prepare(house.exercise, grading.Suite.HIDDEN)
    before = len(house.processes())
    begun = time.monotonic()

    report = house.grade(_FRAME.format(code=code, functions=functions))

    assert report.score.earned == 0.0, report.verdicts
    assert time.monotonic() - begun < _MOST
    assert not any(v.verdict.value == "errored" for v in report.verdicts), report.verdicts
    end = time.monotonic() + _GONE
    while len(house.processes()) > before:
        assert time.monotonic() < end, house.processes()
        time.sleep(0.05)


def test_the_right_solution_still_earns_everything(house: House) -> None:
    """After all of them, a right solution is graded as if nothing had happened."""
    report = house.grade(house.exercise.solution.read_text())

    assert report.passed, [v for v in report.verdicts if v.earned < v.possible]
