"""A fork server with workers to order, and children that put on one layer of the cage alone."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
import signal
import tempfile
import time
import traceback
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from autograder.sandbox import custody, wire
from autograder.sandbox.custody import ForkServer, Worker
from autograder.sandbox.limits import WorkerLimits
from autograder.sandbox.packing import pack, unpack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from autograder.sandbox.isolation import Level

_ESCAPED = 5.0
"""Seconds that a process which was killed may need to be gone."""


def outcome_of(attempt: Callable[[], object]) -> str:
    """Return `done`, or the name of the error that the kernel gave."""
    try:
        attempt()
    except OSError as error:
        return errno.errorcode[error.errno or 0]
    except (MemoryError, ValueError) as error:
        return type(error).__name__
    return "done"


def in_child(action: Callable[[], Any]) -> Any:
    """Run *action* in a forked child, which may be caged for good, and return what it returns.

    A child that a signal ends gives minus the signal's number.
    """
    reader, writer = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # threads that a child does not need
        child = os.fork()
    if not child:
        answer: dict[str, Any] = {"error": "it said nothing"}
        try:
            answer = {"value": action()}
        except BaseException:  # noqa: BLE001 - the child must end here, whatever happened
            answer = {"error": traceback.format_exc()}
        finally:
            with contextlib.suppress(BaseException):
                os.write(writer, json.dumps(answer).encode())
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as file:
        text = file.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return -os.WTERMSIG(status)
    answer = json.loads(text)
    assert "value" in answer, answer["error"]
    return answer["value"]


def descendants(pid: int) -> set[int]:
    """Return every process below *pid*."""
    found: set[int] = set()
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):  # it may end meanwhile
            for child in map(int, children.read_text().split()):
                found |= {child} | descendants(child)
    return found


def is_gone(pid: int) -> bool:
    """Tell whether *pid* runs no more; one that nobody has waited for yet counts as gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except OSError:
        return True


def soon(condition: Callable[[], object]) -> bool:
    """Wait some seconds for *condition*."""
    end = time.monotonic() + _ESCAPED
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


class Lab:
    """A fork server, workers from it, and what they leave behind.

    Args:
        level: The isolation to reach.
        folder: Where the server puts its folders; everybody must be able to reach it.
    """

    def __init__(self, level: Level | None, folder: Path) -> None:
        self.folder = folder
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(custody._ENVIRONMENT, "TMPDIR", str(folder))
            self.server = ForkServer(level)
        self.info = self.server.info
        self._own = descendants(self.server._process.pid)
        self._folders = set(folder.iterdir())

    def worker(self, **limits: Any) -> Worker:
        """Start a worker."""
        return Worker(self.server.control, WorkerLimits(**limits))

    def processes(self) -> set[int]:
        """Return the workers' processes, as this process sees them."""
        return descendants(self.server._process.pid) - self._own

    def is_clean(self) -> bool:
        """Wait until no process and no file of a worker is left; tell whether that came."""
        return soon(lambda: not self.processes() and set(self.folder.iterdir()) == self._folders)

    @contextlib.contextmanager
    def session(
        self, source: str = "", probes: str = "", allow: tuple[str, ...] = (), **load: Any
    ) -> Iterator[Session]:
        """Give a worker that was asked to load *source* and *probes*."""
        with self.worker(allow=allow) as worker:
            yield Session(worker, source, probes, **load)


class Session:
    """A worker with a submission; `loaded` is its answer to that."""

    def __init__(self, worker: Worker, source: str, probes: str, **load: Any) -> None:
        facts = {"files": {"own.py": source}, "names": (), "imports": ("torch",), "forbidden": ()}
        question = wire.Load(probes=probes, **facts | load)
        self.worker = worker
        self.calls = 0
        self.loaded = worker.ask(question, 20)

    def ask(self, probe: str, seconds: float = 20, **inputs: object) -> wire.Answer:
        """Return the answer to one probe."""
        self.calls += 1
        return self.worker.ask(wire.Call(id=self.calls, probe=probe, inputs=pack(inputs)), seconds)

    def see(self, probe: str, seconds: float = 20, **inputs: object) -> Any:
        """Return what one probe observed."""
        answer = self.ask(probe, seconds, **inputs)
        assert isinstance(answer, wire.Observation), answer
        return unpack(answer.value)


@contextlib.contextmanager
def _open_lab(level: Level | None) -> Iterator[Lab]:
    folder = Path(tempfile.mkdtemp(prefix="torchgrade-tests-"))
    folder.chmod(0o711)
    try:
        lab = Lab(level, folder)
        try:
            yield lab
        finally:
            lab.server.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def lab() -> Iterator[Lab]:
    """Give a fork server at the best level of this machine."""
    with _open_lab(None) as found:
        yield found


@pytest.fixture
def clean_lab(lab: Lab) -> Iterator[Lab]:
    """Give the fork server; afterwards nothing is left behind, and the next worker works."""
    yield lab

    assert lab.is_clean()
    with lab.session(probes="def add(impl, x):\n    return x + 1\n") as session:
        assert session.see("add", x=1) == 2


@pytest.fixture
def own_lab() -> Iterator[Callable[[Level | None], Lab]]:
    """Give a maker of fork servers that a test may break."""
    with contextlib.ExitStack() as stack:
        yield lambda level=None: stack.enter_context(_open_lab(level))


@pytest.fixture
def stop() -> Iterator[Callable[[int], None]]:
    """Give a way to stop a process, which goes on after the test at the latest."""
    stopped: list[int] = []

    def stop_it(pid: int) -> None:
        stopped.append(pid)
        os.kill(pid, signal.SIGSTOP)

    yield stop_it
    for pid in stopped:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


@pytest.fixture(name="in_child", scope="session")
def _in_child() -> Callable[[Callable[[], Any]], Any]:
    """Give a way to run something in a forked child, which may be caged for good."""
    return in_child


@pytest.fixture(name="outcome_of", scope="session")
def _outcome_of() -> Callable[[Callable[[], object]], str]:
    """Give a way to learn what the kernel says to an attempt."""
    return outcome_of


@pytest.fixture(name="soon", scope="session")
def _soon() -> Callable[[Callable[[], object]], bool]:
    """Give a way to wait some seconds for something."""
    return soon


@pytest.fixture(name="is_gone", scope="session")
def _is_gone() -> Callable[[int], bool]:
    """Give a way to learn whether a process runs no more."""
    return is_gone
