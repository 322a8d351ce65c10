"""Collecting: nothing that a student left in the exchange can lead, flood or stop the instructor."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import sys
from pathlib import Path

import pytest

pytest.importorskip("nbgrader.exchange")

from nbgrader.api import Gradebook
from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograder.course.catalog import Catalog
from autograder.integrations.nbgrader import mending
from autograder.integrations.nbgrader.assignment import write_source
from autograder.integrations.nbgrader.collect import SafeCollect

_TINY = Catalog(Path(__file__).parents[1] / "tiny_course")
_ME = pwd.getpwuid(os.getuid()).pw_name
_NOW = "2030-01-01 12:00:00.000000 UTC"


@pytest.fixture(scope="module")
def gradebook(tmp_path_factory):
    """Give an empty gradebook, to copy: making one takes seconds."""
    path = tmp_path_factory.mktemp("gradebook") / "gradebook.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
        with Gradebook(f"sqlite:///{path}") as made:
            made.add_assignment("counter")
    return path


@pytest.fixture
def place(tmp_path, gradebook):
    """Give a course with a release, and an exchange with its inbound folder."""
    folder = tmp_path / "course"
    folder.mkdir()
    released = write_source(_TINY.exercises, folder, "counter").folder
    (folder / "release").mkdir()
    released.rename(folder / "release" / "counter")
    (tmp_path / "exchange" / "c1" / "inbound").mkdir(parents=True)
    shutil.copy(gradebook, folder / "gradebook.db")
    return tmp_path


def _submit(place, student=_ME, at=_NOW, text="x = 1\n", **files):
    """Put a submission into the exchange; return its folder."""
    folder = place / "exchange" / "c1" / "inbound" / f"{student}+counter+{at}+abcd"
    folder.mkdir()
    (folder / "timestamp.txt").write_text(at)
    (folder / "counter.py").write_text(text)
    notebook = place / "course" / "release" / "counter" / "counter.ipynb"
    (folder / "counter.ipynb").write_text(notebook.read_text())
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def _collect(place, **settings):
    """Collect everything; return what was collected, by student and name."""
    config = Config()
    config.Exchange.root = str(place / "exchange")
    config.CourseDirectory.root = str(place / "course")
    config.CourseDirectory.course_id = "c1"
    config.CourseDirectory.assignment_id = "counter"
    for name, value in settings.items():
        kind, _, trait = name.partition("__")
        config[kind][trait] = value
    coursedir = CourseDirectory(config=config)
    collect = SafeCollect(
        coursedir=coursedir, authenticator=Authenticator(config=config), config=config
    )
    collect.update = True
    collect.start()
    root = place / "course" / "submitted"
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() or path.is_symlink()
    }


def test_a_submission_is_collected_whole(place):
    """Plain files and folders arrive as they are; what nbgrader leaves out is left out."""
    folder = _submit(place)
    (folder / "more" / "__pycache__").mkdir(parents=True)
    (folder / "more" / "notes.md").write_text("mine")
    (folder / "more" / "__pycache__" / "stale.pyc").write_text("")

    collected = _collect(place)

    names = {name.removeprefix(f"{_ME}/counter/") for name in collected}
    assert names == {"counter.py", "counter.ipynb", "timestamp.txt", "more/notes.md"}
    assert collected[f"{_ME}/counter/counter.py"] == b"x = 1\n"


def test_a_link_is_left_behind(place, caplog):
    """Neither a link to a file nor one to a folder is followed, and both are named."""
    secret = place / "secret"
    secret.mkdir()
    (secret / "test_hidden.py").write_text("canary")
    folder = _submit(place)
    (folder / "counter.py").unlink()
    (folder / "counter.py").symlink_to(secret / "test_hidden.py")
    (folder / "all").symlink_to(secret)

    with caplog.at_level("WARNING"):
        collected = _collect(place)

    assert not [name for name in collected if "all" in name or name.endswith(".py")]
    assert b"canary" not in b"".join(collected.values())
    assert "counter.py: it is no plain file, and links are not followed" in caplog.text


def test_a_link_in_the_place_of_a_folder_is_left_behind(place):
    """A whole submission that is a link is nobody's."""
    secret = place / "secret"
    secret.mkdir()
    (secret / "counter.py").write_text("canary")
    (place / "exchange/c1/inbound" / f"{_ME}+counter+{_NOW}+abcd").symlink_to(secret)

    assert _collect(place) == {}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files to somebody else")
def test_a_file_of_somebody_elses_is_left_behind(place, caplog):
    """A hard link keeps its owner, and is told by it."""
    secret = place / "hidden.py"
    secret.write_text("canary")
    folder = _submit(place, student="daemon")
    os.link(secret, folder / "extra.py")
    uid = pwd.getpwnam("daemon").pw_uid
    for path in (folder, *folder.glob("counter*"), folder / "timestamp.txt"):
        os.chown(path, uid, -1)

    with caplog.at_level("WARNING"):
        collected = _collect(place)

    assert b"canary" not in b"".join(collected.values())
    assert "daemon/counter/counter.py" in collected
    assert "extra.py: it belongs to somebody else" in caplog.text


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files to somebody else")
def test_a_submission_in_somebody_elses_name_is_left_behind(place, caplog):
    """A newer folder in a victim's name does not take the place of the victim's own."""
    own = _submit(place, text="own\n")
    forged = _submit(place, at="2031-01-01 12:00:00.000000 UTC", text="forged\n")
    os.chown(forged, pwd.getpwnam("daemon").pw_uid, -1)

    with caplog.at_level("WARNING"):
        collected = _collect(place)

    assert own.is_dir()
    assert collected[f"{_ME}/counter/counter.py"] == b"own\n"
    assert f"it says {_ME!r} and belongs to 'daemon'" in caplog.text


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files to somebody else")
def test_one_user_may_submit_for_all_where_that_is_said(place):
    """Where every server runs as one user, the check is nbgrader's to turn off."""
    folder = _submit(place, student="ada")
    uid = pwd.getpwnam("daemon").pw_uid
    for path in (folder, *folder.iterdir()):
        os.chown(path, uid, -1)

    collected = _collect(place, ExchangeCollect__check_owner=False)

    assert "ada/counter/counter.py" in collected


def test_a_name_that_makes_no_sense_stops_nobody(place):
    """Folders with broken names are left behind, and the others are collected."""
    inbound = place / "exchange" / "c1" / "inbound"
    (inbound / f"{_ME}+counter+not-a-time+x").mkdir()
    (inbound / f"{_ME}+counter+").mkdir()
    (inbound / f"{_ME}+counter+9999999999999+x").write_text("")
    _submit(place)

    assert f"{_ME}/counter/counter.py" in _collect(place)


def test_a_newer_submission_takes_the_place(place):
    """`--update` works as nbgrader's own."""
    _submit(place, text="old\n")
    _collect(place)
    _submit(place, at="2031-01-01 12:00:00.000000 UTC", text="new\n")

    assert _collect(place)[f"{_ME}/counter/counter.py"] == b"new\n"


def test_a_flood_does_not_push_work_out(place, caplog):
    """Beyond the limits files are left behind, work first in the row."""
    _submit(place, **{f"a{n}": b"x" * 900 for n in range(600)}, **{"big.py": b"x" * 70_000})

    with caplog.at_level("WARNING"):
        collected = _collect(place, CourseDirectory__max_file_size=50)

    assert f"{_ME}/counter/counter.py" in collected
    assert f"{_ME}/counter/big.py" not in collected
    assert len(collected) == 500
    assert "too large, or one too many" in caplog.text


def test_something_else_than_a_file_is_left_behind(place):
    """A named pipe does not make the instructor wait."""
    folder = _submit(place)
    os.mkfifo(folder / "wait.py")

    assert f"{_ME}/counter/wait.py" not in _collect(place)


@pytest.mark.parametrize("content", [None, b"", b'{"cells": [', b"\xff", b"[1]", b'{"cells": 1}'])
def test_a_broken_notebook_is_mended(content, place):
    """A missing or damaged notebook is replaced by the released one; the damaged is kept."""
    folder = _submit(place)
    (folder / "counter.ipynb").unlink()
    if content is not None:
        (folder / "counter.ipynb").write_bytes(content)

    collected = _collect(place)

    released = (place / "course/release/counter/counter.ipynb").read_bytes()
    assert collected[f"{_ME}/counter/counter.ipynb"] == released
    assert collected.get(f"{_ME}/counter/counter.ipynb.received-1") == content


def test_a_shared_course_stays_shared(place):
    """With groupshared, what is collected can be written by the group."""
    _submit(place)

    _collect(place, CourseDirectory__groupshared=True)

    path = place / "course" / "submitted" / _ME / "counter" / "counter.py"
    assert path.stat().st_mode & 0o060 == 0o060


def test_a_notebook_of_nbgraders_own_is_not_mended(place):
    """What we did not write, we do not replace."""
    notebook = place / "course" / "release" / "counter" / "counter.ipynb"
    text = json.loads(notebook.read_text())
    del text["metadata"]["torchgrade"]
    notebook.write_text(json.dumps(text))
    (notebook.parent / "broken.ipynb").write_text("{")

    assert mending.released_notebooks(notebook.parent) == {}
