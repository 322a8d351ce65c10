"""Where an exercise allows processes, a worker's children live in its cage and die with it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from autograder.errors import IsolationError
from autograder.sandbox import wire
from autograder.sandbox.isolation import Level
from autograder.sandbox.packing import pack

if TYPE_CHECKING:
    from collections.abc import Iterator

_AS_USER = Path(__file__).resolve().parents[1] / "as_user.py"

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="processes are read from /proc"),
    pytest.mark.timeout(120),
]

PROBES = r"""
import contextlib, multiprocessing, os, signal, socket, time
import torch

FORK = multiprocessing.get_context("fork")

def _reply(pipe, call):
    try:
        pipe.send(call())
    except BaseException as error:
        pipe.send(type(error).__name__)

def in_child(call):
    ours, theirs = FORK.Pipe()
    child = FORK.Process(target=_reply, args=(theirs, call), daemon=True)
    child.start()
    theirs.close()
    answer = ours.recv()
    child.join()
    return answer

def tensors(impl, x):
    return in_child(lambda: {"twice": 2 * x})

def children_for_ever(impl, count, nap):
    def endless():
        while True:
            time.sleep(nap) if nap else None
    for _ in range(count):
        FORK.Process(target=endless, daemon=True).start()
    return "left"

def grandchildren(impl):
    def parent():
        FORK.Process(target=time.sleep, args=(600,)).start()
        os._exit(0)
    child = FORK.Process(target=parent)
    child.start()
    child.join()
    return "left"

def child_then_end(impl):
    FORK.Process(target=time.sleep, args=(600,), daemon=True).start()
    os._exit(0)

def bomb(impl):
    made = 0
    with contextlib.suppress(OSError):
        while True:
            if not os.fork():
                time.sleep(600)
                os._exit(0)
            made += 1
    return made

def speak(impl, data):
    return in_child(lambda: os.write(3, data))

def speak_later(impl, data):
    def wait():
        time.sleep(0.2)
        for number in range(3, 64):
            with contextlib.suppress(OSError):
                os.write(number, data)
    FORK.Process(target=wait, daemon=True).start()
    return "to be sent"

def attempts(impl):
    def tried():
        seen = {}
        for name, call in {
            "exec": lambda: os.execv("/bin/sh", ["sh"]),
            "a session": os.setsid,
            "a group": lambda: os.setpgid(0, 0),
            "a signal": lambda: os.kill(os.getppid(), 0),
            "a socket": socket.socket,
            "a file": lambda: open("/etc/passwd"),
        }.items():
            try:
                call()
                seen[name] = "done"
            except OSError as error:
                seen[name] = type(error).__name__
        return seen
    return in_child(tried)

def add(impl, x):
    return x + 1
"""


@pytest.fixture(scope="module", params=[Level.FULL, Level.CONTAINER])
def a_lab(request: Any) -> Iterator[Any]:
    """Give a fork server at each level that this machine has."""
    lab_type = type(request.getfixturevalue("lab"))
    folder = Path(tempfile.mkdtemp(prefix="torchgrade-tests-"))
    folder.chmod(0o711)
    try:
        lab = lab_type(request.param, folder)
    except IsolationError as error:
        pytest.skip(str(error))
    try:
        if lab.info.level is Level.CONTAINER and "user" in lab.info.absent:
            pytest.skip(lab.info.absent["user"])
        yield lab
    finally:
        lab.server.close()


@pytest.fixture
def session(a_lab: Any) -> Iterator[Any]:
    """Give a worker that may fork; afterwards nothing of it is left."""
    with a_lab.session(probes=PROBES, allow=("processes",)) as found:
        yield found
    assert a_lab.is_clean()


def test_a_child_computes_and_hands_over_tensors(session: Any) -> None:
    """Tensors travel through a pipe although there is no shared memory."""
    import torch

    answer = session.see("tensors", x=torch.arange(3))

    assert answer["twice"].tolist() == [0, 2, 4]


def test_without_permission_there_is_no_child(a_lab: Any) -> None:
    """A worker of any other exercise gets no process, and its student is told so."""
    with a_lab.session(probes=PROBES) as session:
        answer = session.ask("tensors", x=1)

    assert isinstance(answer, wire.Failure)
    assert answer.error == "PermissionError"
    assert a_lab.is_clean()


@pytest.mark.parametrize("nap", [0, 600], ids=["busy", "asleep"])
def test_children_end_with_their_worker(a_lab: Any, session: Any, soon: Any, nap: float) -> None:
    """When the judge lets a worker go, its children are killed, busy or asleep."""
    assert session.see("children_for_ever", count=5, nap=nap) == "left"
    assert soon(lambda: len(a_lab.processes()) == 6)

    session.worker.close()

    assert a_lab.is_clean()


def test_orphans_end_with_their_worker(a_lab: Any, session: Any, soon: Any) -> None:
    """A grandchild whose own parent has ended is found all the same."""
    assert session.see("grandchildren") == "left"
    assert soon(lambda: len(a_lab.processes()) >= 2)

    session.worker.close()

    assert a_lab.is_clean()


def test_children_end_when_their_worker_ends_by_itself(a_lab: Any, session: Any) -> None:
    """Nobody outlives a worker that leaves its children behind."""
    from autograder.sandbox.custody import WorkerEnded

    with pytest.raises(WorkerEnded, match="ended with 0"):
        session.ask("child_then_end")

    assert a_lab.is_clean()


def test_a_fork_bomb_fizzles_out(a_lab: Any, session: Any) -> None:
    """Processes count like threads, so there are never more than a few."""
    assert session.see("bomb") <= 64
    session.worker.close()

    assert a_lab.is_clean()


def test_a_child_does_not_speak_to_the_judge(session: Any) -> None:
    """The channel is the worker's alone; in a child nothing can be written to it."""
    forged = wire.encode(wire.Observation(id=2, value=pack("forged")))

    assert session.see("speak", data=forged) == "OSError"
    assert session.see("add", x=1) == 2


def test_a_child_finds_no_other_way_to_the_judge(session: Any) -> None:
    """Of all the descriptors that a child inherits, none leads to the judge's ear."""
    forged = wire.encode(wire.Observation(id=2, value=pack("forged")))

    assert session.see("speak_later", data=forged) == "to be sent"
    time.sleep(0.5)
    assert session.see("add", x=1) == 2


def test_a_child_may_do_no_more_than_its_worker(session: Any) -> None:
    """No program, no session or group of its own, no signal, no socket, no file."""
    seen = session.see("attempts")

    assert seen.pop("a file") in ("PermissionError", "FileNotFoundError")
    assert set(seen.values()) == {"PermissionError"}


def test_root_that_stays_root_gets_no_children(lab: Any, tmp_path: Any) -> None:
    """Where nothing bounds a worker's processes, a worker that may fork does not start."""
    from autograder.sandbox.custody import SandboxError

    found = type(lab)(Level.CONTAINER, tmp_path)
    try:
        if "user" not in found.info.absent:
            pytest.skip("workers get users of their own here")
        with pytest.raises(SandboxError, match="no child processes here"):
            _ = found.worker(allow=("processes",)).ready
    finally:
        found.server.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
@pytest.mark.skipif("TORCHGRADE_AS_USER" in os.environ, reason="this is the other user")
@pytest.mark.parametrize("uid", [0, 12345])
def test_the_same_holds_in_a_container_of_somebody_else(uid: int) -> None:
    """Without namespaces, as root with a Python that all can read, and as an ordinary user."""
    command = [sys.executable, str(_AS_USER), "--uid", str(uid), sys.executable, "-m", "pytest"]
    options = ["-q", "-p", "no:cacheprovider", "-k", "container and not somebody", __file__]

    done = subprocess.run(
        [*command, *options],
        env={**os.environ, "TORCHGRADE_AS_USER": str(uid)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout[-3000:]
    assert " passed" in done.stdout, done.stdout[-3000:]
    assert "skipped" not in done.stdout.splitlines()[-1], done.stdout[-3000:]


def test_children_stop_with_their_worker(a_lab: Any, session: Any, soon: Any) -> None:
    """While a speed check stops a worker, its children do not use the processor either."""
    assert session.see("children_for_ever", count=2, nap=0) == "left"
    assert soon(lambda: len(a_lab.processes()) == 3)

    session.worker.pause()

    assert soon(lambda: all(_state(pid) == "T" for pid in a_lab.processes()))


def _state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
