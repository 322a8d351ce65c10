"""`grade class --scheduler`: real schedulers and workers on this machine, and a stand-in engine."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from autograder.cluster.connection import require_private
from autograder.cluster.parcel import packed, unpacked
from autograder.cluster.pool import DaskPool
from autograder.cohort import Cohort
from autograder.errors import CourseError, UserError
from autograder.grading import Grader as RealGrader
from autograder.ledger.checking import check
from autograder.ledger.store import Ledger
from autograder.results.seal import is_genuine
from tests import standin

_ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def _alone(monkeypatch):
    monkeypatch.setenv("TORCHGRADE_SECRET", "of-the-tests")
    monkeypatch.delenv("TORCHGRADE_LEDGER", raising=False)


class Cluster:
    """A scheduler and workers, each a process of its own on the loopback interface."""

    def __init__(self, folder: Path, *options: str, **environment: str) -> None:
        pytest.importorskip("distributed")
        self._folder = folder
        self._started = 0
        self.workers: list[subprocess.Popen[bytes]] = []
        file = folder / "scheduler.json"
        options += ("--host", "127.0.0.1", "--port", "0", "--no-dashboard")
        self.scheduler = self._start(
            "scheduler", *options, "--scheduler-file", str(file), **environment
        )
        self.address = ""
        while not self.address:
            time.sleep(0.05)
            assert self.scheduler.poll() is None
            with suppress(OSError, ValueError):
                self.address = json.loads(file.read_text())["address"]

    def _start(self, *command: str, **more: str) -> subprocess.Popen[bytes]:
        environment = {
            **{k: v for k, v in os.environ.items() if k != "TORCHGRADE_SECRET"},
            "PYTHONPATH": str(_ROOT),
            "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1",
            **more,
        }
        log = (self._folder / f"{self._started}.log").open("wb")
        self._started += 1
        process = subprocess.Popen(
            [sys.executable, "-m", "dask", *command],
            cwd=self._folder,
            env=environment,
            stdout=log,
            stderr=log,
        )
        log.close()
        return process

    def add_worker(self, *, nanny: bool = False, **environment: str) -> subprocess.Popen[bytes]:
        """Start a worker of one thread; with a *nanny*, it is started anew when it dies."""
        options = ("--nthreads", "1", "--host", "127.0.0.1", "--no-dashboard")
        kind = "--nanny" if nanny else "--no-nanny"
        scratch = str(self._folder / "scratch")
        worker = self._start(
            *("worker", self.address, *options, kind, "--local-directory", scratch), **environment
        )
        self.workers.append(worker)
        return worker

    def close(self) -> None:
        """End every process, the workers first, so that their nannies do not look for a scheduler."""
        for lot in (self.workers, [self.scheduler]):
            for process in lot:
                process.terminate()
            for process in lot:
                try:
                    process.wait(4)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()

    def scratch(self) -> list[Path]:
        """Return what of a course lies in the folders of workers."""
        return list(self._folder.glob("scratch/**/course-*"))


@pytest.fixture
def cluster(tmp_path):
    """Give a cluster without a worker yet."""
    folder = tmp_path / "cluster"
    folder.mkdir()
    cluster = Cluster(folder)
    yield cluster
    cluster.close()


@pytest.fixture
def room(tmp_path):
    """Give a function that hands a text in."""

    def hand_in(student, text):
        folder = tmp_path / "class" / student / "adder"
        folder.mkdir(parents=True)
        (folder / "adder.py").write_text(f"# {text}")
        return tmp_path / "class"

    return hand_in


@pytest.fixture
def ledger(tmp_path):
    """Give an empty ledger."""
    with Ledger(str(tmp_path / "ledger.sqlite")) as ledger:
        yield ledger


def _pool(course, cluster, **more):
    return DaskPool(course, cluster.address, make=standin.Grader, **more)


# Without a cluster.


@pytest.mark.parametrize(
    "address",
    ["tls://10.0.0.1:8786", "tcp://127.0.0.1:1", "localhost:8786", "tcp://[::1]:8786", "wss://a:1"],
)
def test_a_way_on_which_nobody_reads_along_is_taken(address):
    """TLS, and this machine itself, need no word."""
    require_private([address])


@pytest.mark.parametrize("address", ["tcp://10.0.0.1:8786", "node7:8786", "ws://127.0.0.1.org:1"])
def test_a_way_on_which_others_read_along_is_refused(address, course):
    """Without TLS, another machine is refused before anything is sent, with what to do."""
    with pytest.raises(UserError, match=r"is not encrypted.*--unencrypted"):
        next(DaskPool(course, address).run(iter([object()])))


def test_a_parcel_holds_both_halves_and_no_secret(course, tmp_path):
    """What is unpacked has the same digest; a file that changed on the way is found out."""
    (course.root / "solutions" / ".secret").write_bytes(b"secret")
    exercise = course["adder"]
    (exercise.secret / "suite" / "test_adder.py").write_text("1")
    parcel = packed(exercise)

    arrived = unpacked(parcel, course.digest(exercise), tmp_path / "there")

    assert course.digest(arrived) == course.digest(exercise)
    assert b"secret" not in parcel.values()
    assert not [name for name in parcel if "__pycache__" in name]
    parcel["solutions/adder/suite/test_adder.py"] = b"2"
    with pytest.raises(CourseError, match="did not arrive as it was sent"):
        unpacked(parcel, course.digest(exercise), tmp_path / "again")


def test_where_nothing_is_to_be_graded_the_cluster_need_not_be_there(
    course, room, ledger, monkeypatch
):
    """An empty run asks nobody; a run with work says in one sentence that nobody answers."""
    pytest.importorskip("distributed")
    monkeypatch.setattr("autograder.cluster.connection._PATIENCE", 0.5)
    pool = DaskPool(course, "tcp://127.0.0.1:9")

    assert list(pool.run(iter(()))) == []
    with pytest.raises(UserError, match=r"No scheduler answers at tcp://127\.0\.0\.1:9"):
        Cohort(course, ledger).run(room("ada", "passed"), pool)


# With a scheduler and workers.


@pytest.mark.slow
def test_a_class_is_graded_while_workers_join_and_die(course, room, ledger, cluster):
    """One worker begins, one joins, the first is killed: every submission has its own report.

    The secret stays with the driver, and yet seeds and seals are those of a local run.
    """
    for n in range(24):
        place = room(f"student-{n}", f"slow {'failed' if n % 3 else 'passed'} {n}")
    first = cluster.add_worker()
    graded = []

    def keep(_, report):
        graded.append(report)
        if len(graded) == 3:
            cluster.add_worker()
        if len(graded) == 10:
            first.kill()

    outcome = Cohort(course, ledger, keep=keep).run(place, _pool(course, cluster))

    assert (outcome.graded, outcome.left, outcome.trouble) == (24, 0, ())
    assert len({report.submission for report in graded}) == 24
    assert all(is_genuine(report, b"of-the-tests") for report in graded)
    exercise = course["adder"]
    from autograder.course.exercise import Suite

    for report in graded:
        seed = RealGrader(course).seed(exercise, Suite.HIDDEN, report.submission)
        assert report.environment.seed == seed.hex()
    assert check(ledger, course.root).flaws == ()
    for _ in range(50):
        left = [p for p in cluster.scratch() if p.exists()]
        if len(left) <= 1:  # the killed worker's
            break
        time.sleep(0.1)
    assert len(left) <= 1


@pytest.mark.slow
def test_what_kills_every_worker_is_given_up_and_the_rest_is_unharmed(
    course, room, ledger, cluster
):
    """A submission that ends its worker each time has a reason; those beside it have a report."""
    cluster.add_worker(nanny=True)
    cluster.add_worker(nanny=True)
    for n in range(8):
        place = room(f"student-{n}", f"slow {n}")
    room("killer", "kill")
    room("bug", "bug")

    outcome = Cohort(course, ledger).run(place, _pool(course, cluster))

    reasons = {entry.student: entry.reason for entry in outcome.trouble}
    assert set(reasons) == {"bug", "killer"}
    assert reasons["killer"].startswith("Every worker that graded it died")
    assert reasons["bug"] == "The grader had trouble 3 times: the engine has a bug."
    assert sum(entry.passed for entry in outcome.entries) == 8
    assert check(ledger, course.root).sound


@pytest.mark.slow
def test_what_does_not_come_back_is_given_to_another_worker(
    course, room, ledger, cluster, tmp_path
):
    """A worker that hangs holds nobody up, and one that is unfit gets nothing more."""
    cluster.add_worker()
    cluster.add_worker(UNCAGED="1")
    cluster.add_worker()
    for n in range(8):
        place = room(f"student-{n}", f"slow uncaged {n}")
    room("hung", f"hang {tmp_path / 'hung'}")

    outcome = Cohort(course, ledger).run(place, _pool(course, cluster, straggler=2.0))

    assert outcome.trouble == ()
    assert sum(entry.passed for entry in outcome.entries) == 9


@pytest.mark.slow
def test_where_no_worker_can_grade_that_is_said(course, room, ledger, cluster):
    """Workers of another torchgrade, or without a cage, end the run with their reason."""
    cluster.add_worker(UNCAGED="1")
    place = room("ada", "uncaged")

    with pytest.raises(UserError, match=r"No worker can grade.*This machine has no cage"):
        Cohort(course, ledger).run(place, _pool(course, cluster))


@pytest.mark.slow
def test_a_scheduler_that_goes_away_costs_nothing(course, room, ledger, cluster):
    """One sentence says so, what was graded is kept, and the next call does the rest here."""
    from autograder.pool import LocalPool

    cluster.add_worker()
    for n in range(12):
        place = room(f"student-{n}", f"slow {n}")
    graded = []

    def keep(entry, _):
        graded.append(entry)
        if len(graded) == 4:
            cluster.scheduler.send_signal(signal.SIGKILL)

    with pytest.raises(UserError, match=r"does not answer any more.*the same call goes on"):
        Cohort(course, ledger, keep=keep).run(place, _pool(course, cluster))
    before = len(graded)
    local = LocalPool(course, jobs=2, make=_Here)
    outcome = Cohort(course, ledger).run(place, local)

    assert 4 <= before < 12
    assert outcome.graded == 12 - before
    assert len(list(ledger.graded())) == 12
    assert check(ledger, course.root).flaws == ()


class _Here(standin.Grader):
    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None


@pytest.mark.slow
def test_a_run_that_is_stopped_finishes_what_is_out(course, room, ledger, cluster):
    """After `stop`, what is out is graded, and no more."""
    cluster.add_worker()
    for n in range(20):
        place = room(f"student-{n}", f"slow {n}")
    pool = _pool(course, cluster)
    timer = threading.Timer(0, pool.stop)

    outcome = Cohort(course, ledger, keep=lambda *_: timer.start() if not timer.ident else None)
    outcome = outcome.run(place, pool)

    assert 0 < outcome.graded <= 5
    assert outcome.left == 20 - outcome.graded


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("openssl") is None, reason="certificates are made with openssl")
def test_the_same_with_encryption(course, room, tmp_path):
    """With what `make_certificates.sh` writes, all three speak TLS, and who has no key is refused."""
    keys = tmp_path / "keys"
    script = _ROOT / "deploy" / "dask" / "make_certificates.sh"
    subprocess.run(["sh", script, keys], check=True)
    cluster = Cluster(tmp_path, "--protocol", "tls", DASK_CONFIG=str(keys))
    try:
        cluster.add_worker(DASK_CONFIG=str(keys))
        place = room("ada", "passed")
        command = [
            *(sys.executable, "-c", _DRIVER, str(course.root), cluster.address, str(place)),
            str(tmp_path / "ledger.sqlite"),
        ]
        environment = {**os.environ, "PYTHONPATH": str(_ROOT)}
        stranger = subprocess.run(
            [*command, "2"], env=environment, capture_output=True, check=False
        )
        friend = subprocess.run(
            [*command, "30"],
            env=environment | {"DASK_CONFIG": str(keys)},
            capture_output=True,
            check=False,
        )
    finally:
        cluster.close()

    assert cluster.address.startswith("tls://")
    assert b"No scheduler answers" in stranger.stderr
    assert (friend.returncode, friend.stdout) == (0, b"1 graded\n"), friend.stderr


_DRIVER = """
import sys
from pathlib import Path
from autograder.cluster import connection
from autograder.cluster.pool import DaskPool
from autograder.cohort import Cohort
from autograder.course.catalog import Catalog
from autograder.ledger.store import Ledger
from tests import standin
connection._PATIENCE = float(sys.argv[5])
course = Catalog(Path(sys.argv[1]))
pool = DaskPool(course, sys.argv[2], make=standin.Grader)
with Ledger(sys.argv[4]) as ledger:
    print(Cohort(course, ledger).run(Path(sys.argv[3]), pool).graded, "graded")
"""


# With real judges.


@pytest.mark.slow
def test_a_cluster_and_this_machine_say_the_same(cluster, tmp_path):
    """A class graded by two workers has the reports that it has here, apart from times."""
    cluster.add_worker()
    cluster.add_worker()
    real = sorted(p for p in (_ROOT / "examples" / "class").glob("*/optimizer") if p.is_dir())
    for folder in real[:2]:
        shutil.copytree(folder, tmp_path / "class" / folder.parent.name / "optimizer")
    reports = {}

    for name, more in {"cluster": ("--scheduler", cluster.address), "local": ()}.items():
        place = tmp_path / f"{name}.sqlite"
        done = subprocess.run(
            [
                *(sys.executable, "-m", "cli", "--course", str(_ROOT), "class", "class"),
                *("--ledger", str(place), "--out", str(tmp_path / name), "--json", *more),
            ],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(_ROOT)},
            capture_output=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, b"")
        with Ledger(str(place)) as book:
            assert check(book, _ROOT).flaws == ()
            reports[name] = {g.student: g.report.without_times().to_json() for g in book.graded()}

    assert len(reports["local"]) == 2
    assert reports["cluster"] == reports["local"]
