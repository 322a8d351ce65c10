"""The fork server: what it says, what it forks, and what ends with it."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from autograder.errors import IsolationError
from autograder.sandbox import custody
from autograder.sandbox.custody import ForkServer, SandboxError, WorkerEnded
from autograder.sandbox.isolation import Level

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are read from /proc")

_PROBES = (
    "def add(impl, x):\n    return x + 1\n\ndef wait(impl):\n    __import__('time').sleep(60)\n"
)


def cpu_seconds(pid: int) -> float:
    """Return the processor time that *pid* has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_it_says_what_it_is(lab: Any) -> None:
    """Level, missing layers and versions are told once, and stay."""
    import torch

    info = lab.server.info

    assert info.torch == torch.__version__
    assert info.python == sys.version.split()[0]
    assert info is lab.server.info


def test_it_rests_while_nobody_asks(lab: Any) -> None:
    """A fork server without requests uses no processor."""
    with lab.session(probes=_PROBES) as session:
        session.see("add", x=1)
    assert lab.is_clean()
    servers = {lab.server._process.pid, *lab._own}
    before = sum(map(cpu_seconds, servers))

    time.sleep(0.5)

    assert sum(map(cpu_seconds, servers)) - before < 0.1


def test_workers_do_not_share_anything(clean_lab: Any) -> None:
    """What one worker does to its modules and its folder, another does not see."""
    spoil = (
        "import os, torch\n"
        "def spoil(impl):\n"
        "    torch.spoilt = True\n"
        "    open('left', 'w').close()\n"
        "    return os.listdir('.')\n"
        "def look(impl):\n"
        "    return hasattr(torch, 'spoilt'), os.listdir('.')\n"
    )

    with clean_lab.session(probes=spoil) as one, clean_lab.session(probes=spoil) as other:
        assert one.see("spoil") == ["left"]
        assert other.see("look") == (False, [])


def test_an_exception_in_a_thread_is_printed_and_forbids_nothing(clean_lab: Any) -> None:
    """A student's thread that raises is not taken for one that reaches for the compiler."""
    source = "import threading\ndef fail():\n    [1, 2][3] + 1\n"
    probes = (
        "import threading\ndef run(impl):\n    thread = threading.Thread(target=impl.fail)\n"
        "    thread.start()\n    thread.join()\n    return 'done'\n"
    )
    with clean_lab.session(source, probes, imports=("threading",)) as session:
        assert session.see("run") == "done"
        assert "IndexError" in session.worker.take_output()


def test_many_workers_come_and_go(clean_lab: Any, soon: Callable[..., bool]) -> None:
    """Dozens of workers side by side and one after another leave no descriptor behind."""
    pid = max(clean_lab._own, default=clean_lab.server._process.pid)
    assert clean_lab.is_clean()
    before = len(list(Path(f"/proc/{pid}/fd").iterdir()))

    for _ in range(3):
        workers = [clean_lab.worker() for _ in range(12)]
        for worker in workers:
            worker.close()

    assert soon(lambda: len(list(Path(f"/proc/{pid}/fd").iterdir())) == before)
    assert clean_lab.is_clean()


def test_a_worker_that_cannot_be_caged_does_not_start(clean_lab: Any) -> None:
    """A limit that makes the cage impossible is our trouble, and the next worker starts."""
    with pytest.raises(SandboxError, match="could not start"):
        _ = clean_lab.worker(open_files=2).ready


def test_a_request_that_is_none_ends_in_a_sandbox_error(clean_lab: Any) -> None:
    """A worker that cannot read its request ends; the server goes on."""
    one, other = socket.socketpair()
    lifeline, theirs = socket.socketpair()
    with one, other, lifeline, theirs:
        handles = [other.fileno(), other.fileno(), theirs.fileno()]

        socket.send_fds(clean_lab.server.control, [b"no request"], handles)

        theirs.close()
        lifeline.settimeout(20)
        assert lifeline.recv(100) == b'{"type":"End","code":70}\n'


@pytest.mark.slow
@pytest.mark.parametrize("level", [None, Level.CONTAINER, Level.NONE])
def test_killing_it_kills_its_workers(
    own_lab: Callable[..., Any],
    is_gone: Callable[[int], bool],
    soon: Callable[..., bool],
    level: Level | None,
) -> None:
    """When a fork server is killed no worker outlives it, and its judges are told."""
    if level is Level.CONTAINER:
        pytest.importorskip("pyseccomp", reason="libseccomp is not on this machine")
    lab = own_lab(level)
    with lab.session(probes=_PROBES) as session:
        workers, servers = lab.processes(), lab._own
        assert workers

        lab.server._process.send_signal(signal.SIGKILL)

        assert soon(lambda: all(map(is_gone, workers | servers)))
        with pytest.raises(WorkerEnded, match="None"):
            session.ask("add", x=1)
    with pytest.raises(SandboxError, match=r"fork server is gone|could not start"):
        lab.worker()
    lab.server.close()
    assert not lab.server.alive


@pytest.mark.slow
def test_closing_it_kills_its_workers_and_leaves_no_file(
    own_lab: Callable[..., Any], is_gone: Callable[[int], bool], soon: Callable[..., bool]
) -> None:
    """A fork server that is closed takes its workers, and what they wrote, with it."""
    lab = own_lab(Level.NONE)
    with lab.session(probes="def write(impl):\n    open('x', 'w').close()\n") as session:
        session.see("write")
        workers = lab.processes()
        assert list(lab.folder.glob("*/x"))

        lab.server.close()

        assert soon(lambda: all(map(is_gone, workers)))
        assert list(lab.folder.iterdir()) == []


def test_one_that_cannot_start_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason for which a server did not start is the sentence that a person reads."""
    monkeypatch.setattr(custody, "_START", "raise OSError('no room {root!r:.0} {config!r:.0}')")

    with (
        ForkServer(None) as server,
        pytest.raises(IsolationError, match="could not start: OSError: no room"),
    ):
        _ = server.info
    assert not server.alive


@pytest.mark.parametrize("level", [None, Level.CONTAINER])
def test_one_that_is_killed_leaves_no_folder(own_lab: Callable[..., Any], level: Level) -> None:
    """Its root lies on no folder any more, and a worker's folder goes when the next one starts."""
    lab = own_lab(level)
    if lab.info.level is Level.NONE:
        pytest.skip("no cage on this machine")
    with lab.worker() as worker:
        assert worker.ready.layers
        lab.server._process.send_signal(signal.SIGKILL)
        lab.server.close()
    for folder in lab.folder.iterdir():
        assert folder.name.startswith("torchgrade-work-")
        os.utime(folder, (0, 0))

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(custody._ENVIRONMENT, "TMPDIR", str(lab.folder))
        with ForkServer(Level.NONE) as other:
            _ = other.info

    assert list(lab.folder.iterdir()) == []


def test_the_folder_of_a_living_server_stays(own_lab: Callable[..., Any]) -> None:
    """A server that starts removes what nobody holds, and nothing else."""
    lab = own_lab(Level.NONE)
    with lab.session(probes=_PROBES) as session:
        (folder,) = lab.folder.iterdir()
        os.utime(folder, (0, 0))

        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(custody._ENVIRONMENT, "TMPDIR", str(lab.folder))
            with ForkServer(Level.NONE) as other:
                _ = other.info

        assert folder.exists()
        assert session.see("add", x=1) == 2
