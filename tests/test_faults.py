"""Faults at random moments while a class is graded: nothing is lost, and every report is as it was.

Each fault strikes a class of real submissions in flight; whoever waited goes on with the same
command. In the end every submission has exactly one current report, equal but for times to that of
a run in which nothing happened. TORCHGRADE_FAULT_ROUNDS and TORCHGRADE_FAULT_STUDENTS make it more.
"""

from __future__ import annotations

import json
import os
import random
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from autograder.ledger.checking import check
from autograder.ledger.store import Ledger
from tests.ledger.conftest import cluster as postgres  # noqa: F401 - a fixture
from tests.test_cluster import Cluster

if TYPE_CHECKING:
    from collections.abc import Callable

psutil = pytest.importorskip("psutil")
pytestmark = [pytest.mark.slow, pytest.mark.timeout(6 * 3600)]

_ROOT = Path(__file__).resolve().parents[1]
_TINY = _ROOT / "tests" / "tiny_course"
_ROUNDS = int(os.environ.get("TORCHGRADE_FAULT_ROUNDS", "1"))
_STUDENTS = int(os.environ.get("TORCHGRADE_FAULT_STUDENTS", "24"))
_CALLS = 8
"""So many times the instructor types the command before giving up."""


@dataclass
class Scene:
    """A run in flight, and what surrounds it."""

    run: subprocess.Popen[bytes]
    ledger: str
    cluster: Cluster | None = None

    def children(self, module: str) -> list[psutil.Process]:
        """Return the processes of the run that were started to run *module*."""
        found = []
        for process in psutil.Process(self.run.pid).children(recursive=True):
            with suppress(psutil.Error):
                if any(f"import {module}" in word for word in process.cmdline()):
                    found.append(process)
        return found


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    """Give the folder of a class: stubs, right ones and mistakes, no two alike."""
    folder = tmp_path_factory.mktemp("class")
    texts = [
        path.read_text()
        for path in (
            *sorted(_TINY.glob("solutions/counter/mistakes/*.py")),
            _TINY / "solutions/counter/counter.py",
            _TINY / "assignments/counter/counter.py",
        )
    ]
    for n in range(_STUDENTS):
        place = folder / f"student-{n:04}" / "counter"
        place.mkdir(parents=True)
        (place / "counter.py").write_text(f"{texts[n % len(texts)]}\n# {n}\n")
    return folder


@pytest.fixture(scope="module")
def undisturbed(room, tmp_path_factory):
    """Give the reports of a run in which nothing happens, by student, and its seconds."""
    ledger = str(tmp_path_factory.mktemp("undisturbed") / "ledger.sqlite")
    begun = time.monotonic()
    run = _start(room, ledger)
    assert _outcome(run)["left"] == 0
    return _reports(ledger), time.monotonic() - begun


def _start(room: Path, ledger: str, *more: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "cli", "--course", str(_TINY), "class", str(room)),
            *("--ledger", ledger, "--out", str(Path(room).parent / "out"), "--json", *more),
        ],
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
        cwd=room.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def _outcome(run: subprocess.Popen[bytes]) -> dict[str, object] | None:
    """Wait, and return what the run says of itself; None if it was killed or found no ledger."""
    said, complaint = run.communicate(timeout=3600)
    assert b"Traceback" not in complaint, complaint.decode()
    return json.loads(said)["class"] if said else None


def _reports(ledger: str) -> dict[str, bytes]:
    with Ledger(ledger) as book:
        graded = list(book.graded())
        assert check(book, _TINY).flaws == ()
    assert len({g.student for g in graded}) == len(graded)
    return {g.student: g.report.without_times().to_json() for g in graded}


def _go_on(scene: Scene, again: Callable[[], subprocess.Popen[bytes]]) -> None:
    """Type the command again until nothing is left."""
    for _ in range(_CALLS):
        outcome = _outcome(scene.run)
        if outcome and not outcome["left"] and not any(e["reason"] for e in outcome["entries"]):
            return
        scene.run = again()
    pytest.fail(f"something is left after {_CALLS} calls: {outcome}")


def _kill(processes: list[psutil.Process]) -> bool:
    """Kill one of *processes*, and return whether there was one."""
    while processes:
        victim = processes.pop(random.randrange(len(processes)))
        with suppress(psutil.NoSuchProcess):
            victim.kill()
            return True
    return False


def kills_the_driver(scene):
    """SIGKILL of `grade class` itself."""
    scene.run.kill()
    return True


def kills_a_judge(scene):
    """SIGKILL of a judge, or of the fork of it that judges a submission."""
    return _kill(scene.children("judge"))


def kills_a_fork_server(scene):
    """SIGKILL of a fork server."""
    servers = scene.children("forkserver")
    return _kill([p for p in servers if p.ppid() == scene.run.pid])


def locks_the_ledger(scene):
    """Another program has the database for itself, for up to four seconds."""
    with closing(sqlite3.connect(scene.ledger, timeout=30, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        time.sleep(random.uniform(0.5, 4))
        other.execute("ROLLBACK")
    return True


def kills_a_dask_worker(scene):
    """SIGKILL of a worker of the cluster; another joins."""
    random.choice(scene.cluster.workers).kill()
    scene.cluster.add_worker()
    return True


def kills_the_dask_scheduler(scene):
    """SIGKILL of the scheduler; a new one comes up at another address."""
    scene.cluster.scheduler.kill()
    return True


def _rounds(undisturbed, make, fault):
    """Have *fault* strike as often as is asked, each time a run of its own that *make* begins."""
    expected, seconds = undisturbed
    struck = 0
    for at in range(_ROUNDS):
        scene, again = make(at)
        time.sleep(random.uniform(0.2, 0.8) * seconds)
        if scene.run.poll() is None:
            struck += fault(scene)
        _go_on(scene, again)
        assert _reports(scene.ledger) == expected
    assert struck >= _ROUNDS / 2, f"the fault struck in {struck} of {_ROUNDS} rounds"


def _here(room, ledger):
    """Begin a run on this machine; return it and what goes on with it."""
    return Scene(_start(room, ledger), ledger), lambda: _start(room, ledger)


def _with_sqlite(room, folder):
    return lambda at: _here(room, str(folder / f"{at}.sqlite"))


@pytest.mark.parametrize(
    "fault", [kills_the_driver, kills_a_judge, kills_a_fork_server, locks_the_ledger]
)
def test_a_class_on_this_machine_survives(room, undisturbed, tmp_path, fault):
    """What dies is replaced, or the next call goes on."""

    _rounds(undisturbed, _with_sqlite(room, tmp_path), fault)


def test_a_class_survives_a_full_disk(room, undisturbed, tmp_path):
    """Nothing that was graded is lost, and the next call goes on when there is room."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    disk = tmp_path / "disk"
    disk.mkdir()

    def fills_the_disk(scene):
        """Nothing more can be written until the run has ended."""
        filler = disk / "filler"
        with suppress(OSError), filler.open("wb", buffering=0) as file:
            while file.write(bytes(4096)):
                pass
        scene.run.wait(3600)
        filler.unlink()
        return True

    mount = ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(disk)]
    if subprocess.run(mount, check=False).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        _rounds(undisturbed, _with_sqlite(room, disk), fills_the_disk)
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


def test_a_class_survives_a_restart_of_postgresql(room, undisturbed, postgres):  # noqa: F811
    """The server of the ledger is shot and comes back."""

    def make(_):
        return _here(room, postgres.database())

    def restarts_the_server(_):
        postgres.stop("immediate")
        time.sleep(random.uniform(0, 2))
        postgres.start()
        return True

    _rounds(undisturbed, make, restarts_the_server)


@pytest.mark.parametrize("fault", [kills_a_dask_worker, kills_the_dask_scheduler])
def test_a_class_on_a_cluster_survives(room, undisturbed, tmp_path, fault):
    """Another worker takes over; with another scheduler the next call goes on."""
    clusters = []

    def begin():
        folder = tmp_path / f"cluster-{len(clusters)}"
        folder.mkdir()
        clusters.append(Cluster(folder))
        clusters[-1].add_worker()
        clusters[-1].add_worker()
        return clusters[-1]

    def make(at):
        ledger, cluster = str(tmp_path / f"{at}.sqlite"), begin()

        def again():
            if scene.cluster.scheduler.poll() is not None:
                scene.cluster = begin()
            return _start(room, ledger, "--scheduler", scene.cluster.address)

        scene = Scene(_start(room, ledger, "--scheduler", cluster.address), ledger, cluster)
        return scene, again

    try:
        _rounds(undisturbed, make, fault)
    finally:
        for cluster in clusters:
            cluster.close()
