"""Ledgers in SQLite and in a PostgreSQL of our own, and submissions to put in."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from autograder.ledger.entries import Incoming
from autograder.ledger.store import Ledger
from autograder.submission.intake import HandedIn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def _programs() -> Path | None:
    """Return the folder with PostgreSQL's programs, the newest there is."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


class Cluster:
    """A throw-away PostgreSQL on the loopback interface."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs = programs
        self._folder = folder
        self._as = {"user": "postgres"} if os.geteuid() == 0 else {}
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._run("initdb", "--no-sync", "--auth=trust", "--username=postgres", "-D", str(folder))
        self.start()

    def start(self) -> None:
        settings = f"-F -p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
        self._run(
            "pg_ctl", "-D", str(self._folder), "-w", "-l", "/dev/null", "-o", settings, "start"
        )

    def stop(self, mode: str = "immediate") -> None:
        self._run("pg_ctl", "-D", str(self._folder), "-m", mode, "-w", "stop")

    def database(self) -> str:
        """Return the URL of an empty database; it is the only one, emptied for every test."""
        import psycopg

        url = f"postgresql://postgres@127.0.0.1:{self.port}/postgres"
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")
        return url

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self._programs / program, *arguments],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            **self._as,
        )


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Give a PostgreSQL; skip where none is installed."""
    pytest.importorskip("psycopg")
    programs = _programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed")
    folder = Path(tempfile.mkdtemp(prefix="torchgrade-postgres-"))
    if os.geteuid() == 0:
        os.chown(folder, pwd.getpwnam("postgres").pw_uid, -1)
    cluster = Cluster(programs, folder)
    yield cluster
    cluster.stop()
    shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", "postgres"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the place of a ledger that is not there yet, of either kind."""
    if request.param == "sqlite":
        return str(tmp_path / "ledger.sqlite")
    return request.getfixturevalue("cluster").database()


@pytest.fixture
def ledger(where: str) -> Iterator[Ledger]:
    """Give an empty ledger."""
    with Ledger(where) as ledger:
        yield ledger


@pytest.fixture
def hand_in() -> Callable[..., Incoming]:
    """Give a function that makes a submission of the exercise `adder`."""

    def make(student: str, text: str = "def adder(a, b): ...", **facts: object) -> Incoming:
        exercise = facts.pop("exercise", "adder")
        name = f"{exercise}.py"
        files = HandedIn(names=(name,), contents={name: text.encode()})
        return Incoming(student=student, exercise=exercise, handed_in=files, **facts)

    return make
