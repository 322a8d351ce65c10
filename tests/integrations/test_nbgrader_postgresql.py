"""The gradebook in a real PostgreSQL, started for this test alone."""

from __future__ import annotations

import csv
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

_TINY = Path(__file__).parents[1] / "tiny_course"
_RIGHT = (_TINY / "solutions/counter/counter.py").read_text()
_PARTLY = (_TINY / "solutions/counter/mistakes/adds_in_place.py").read_text()


def _binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


@pytest.fixture(scope="module")
def postgresql():
    """Give the URL of an empty database; the server listens on the loopback alone."""
    pytest.importorskip("psycopg")
    binaries = _binaries()
    if binaries is None or os.geteuid() != 0:
        pytest.skip("needs PostgreSQL's server, and root to start it as its own user")
    try:
        owner = pwd.getpwnam("postgres")
    except KeyError:
        pytest.skip("needs the user 'postgres'")
    folder = Path(tempfile.mkdtemp(prefix="torchgrade-postgresql-"))
    os.chown(folder, owner.pw_uid, owner.pw_gid)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def run(*words: str) -> None:
        subprocess.run(
            [str(binaries / words[0]), *words[1:]],
            user=owner.pw_uid,
            group=owner.pw_gid,
            extra_groups=[],
            cwd=folder,
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    data = str(folder / "data")
    try:
        run("initdb", "-D", data, "-A", "trust", "-U", "postgres", "--no-sync")
        options = f"-h 127.0.0.1 -p {port} -k {folder} -F"
        run("pg_ctl", "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            run("createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "postgres", "gradebook")
            yield f"postgresql+psycopg://postgres@127.0.0.1:{port}/gradebook"
        finally:
            run("pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def test_a_gradebook_in_postgresql_gets_the_same_scores(new_class, postgresql, tmp_path):
    """Released, graded twice and exported, with partial credit, as with SQLite."""
    own = new_class(tmp_path, config=f"c.CourseDirectory.db_url = {postgresql!r}\n")
    own.hand_in("ada", _RIGHT)
    own.hand_in("bob", _PARTLY)

    own.run("autograde", "counter")
    own.run("autograde", "counter", "--student", "bob", "--force")
    own.run("export", "--to", "grades.csv")

    with (own.folder / "grades.csv").open() as file:
        scores = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    assert scores == {"ada": 7.0, "bob": 5.0}
    assert not (own.folder / "gradebook.db").exists()
