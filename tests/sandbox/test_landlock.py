"""Landlock alone: what it allows and refuses, as every version of the kernel would have it."""

# ruff: noqa: PTH123, PTH208 - each attempt is one system call, made at once
from __future__ import annotations

import fcntl
import os
import signal
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from autograder.errors import IsolationError
from autograder.sandbox import custody, kernel, landlock
from autograder.sandbox.isolation import Level

if TYPE_CHECKING:
    from collections.abc import Callable

ABI = landlock.abi() if sys.platform == "linux" else 0

pytestmark = pytest.mark.skipif(not ABI, reason="this kernel has no Landlock")

_TRUNCATE, _TCP, _IOCTL, _SCOPES = 3, 4, 5, 6


@pytest.fixture(scope="module", params=range(1, ABI + 1), ids=lambda v: f"version {v}")
def version(request: pytest.FixtureRequest) -> int:
    """Give every version up to this kernel's."""
    return request.param


@pytest.fixture(scope="module")
def seen(
    version: int,
    tmp_path_factory: pytest.TempPathFactory,
    in_child: Callable[..., Any],
    outcome_of: Callable[..., str],
) -> dict[str, str]:
    """Tell what a process could do that was restricted by that version and nothing else."""
    root = tmp_path_factory.mktemp("landlock")
    for name in ("shown", "scratch", "hidden"):
        (root / name).mkdir()
        (root / name / "file").write_text(name)
    (root / "scratch" / "way out").symlink_to(root / "hidden")

    def attempt() -> dict[str, str]:
        with (
            socket.create_server(("127.0.0.1", 0)) as listener,
            socket.socket(socket.AF_UNIX) as abstract,
        ):
            abstract.bind("\0torchgrade-test-" + str(os.getpid()))
            abstract.listen()
            kernel.no_new_privileges()
            landlock.restrict(
                version,
                readable=[root / "shown", root / "not there", Path("/dev/null")],
                writable=[root / "scratch"],
            )
            return {
                name: outcome_of(action)
                for name, action in _attempts(root, listener, abstract).items()
            }

    return in_child(attempt)


def _attempts(
    root: Path, listener: socket.socket, abstract: socket.socket
) -> dict[str, Callable[[], object]]:
    shown, scratch, hidden = root / "shown", root / "scratch", root / "hidden"
    return {
        "read a shown file": (shown / "file").read_text,
        "list a shown folder": lambda: os.listdir(shown),
        "change a shown file": lambda: (shown / "file").write_text("mine"),
        "add to a shown folder": (shown / "new").mkdir,
        "remove a shown file": (shown / "file").unlink,
        "truncate a shown file": lambda: os.truncate(shown / "file", 0),
        "read a hidden file": (hidden / "file").read_text,
        "list a hidden folder": lambda: os.listdir(hidden),
        "change a hidden file": lambda: (hidden / "file").write_text("mine"),
        "truncate a hidden file": lambda: os.truncate(hidden / "file", 0),
        "read through a link": (scratch / "way out" / "file").read_text,
        "read through a parent": (scratch / ".." / "hidden" / "file").read_text,
        "read through proc": lambda: Path(f"/proc/self/root{hidden}/file").read_text(),
        "list the root": lambda: os.listdir("/"),
        "read the users": lambda: Path("/etc/passwd").read_text(),
        "write to scratch": lambda: (scratch / "new").write_text("mine"),
        "read from scratch": (scratch / "new").read_text,
        "make a folder in scratch": (scratch / "folder").mkdir,
        "truncate in scratch": lambda: os.truncate(scratch / "new", 0),
        "rename in scratch": lambda: (scratch / "new").rename(scratch / "newer"),
        "remove in scratch": (scratch / "newer").unlink,
        "rename into scratch": lambda: (hidden / "file").rename(scratch / "theirs"),
        "link into scratch": lambda: os.link(hidden / "file", scratch / "theirs"),
        "execute": lambda: os.execv("/bin/true", ["true"]),
        "execute from scratch": lambda: os.execv(scratch / "file", ["file"]),
        "connect by TCP": lambda: _connect(socket.AF_INET, listener.getsockname()),
        "listen by TCP": lambda: socket.create_server(("127.0.0.1", 0)).close(),
        "signal to the parent": lambda: os.kill(os.getppid(), signal.SIGURG),
        "connect to an abstract socket": lambda: _connect(socket.AF_UNIX, abstract.getsockname()),
        "configure a device": _ioctl,
    }


def _connect(family: int, address: Any) -> None:
    with socket.socket(family) as other:
        other.connect(address)


def _ioctl() -> None:
    with open("/dev/null", "rb") as device:
        fcntl.ioctl(device, 0x5401, bytes(64))


REFUSED = [
    "change a shown file",
    "add to a shown folder",
    "remove a shown file",
    "read a hidden file",
    "list a hidden folder",
    "change a hidden file",
    "read through a link",
    "read through a parent",
    "read through proc",
    "list the root",
    "read the users",
    "execute",
    "execute from scratch",
]
ALLOWED = [
    "read a shown file",
    "list a shown folder",
    "write to scratch",
    "read from scratch",
    "make a folder in scratch",
    "truncate in scratch",
    "rename in scratch",
    "remove in scratch",
]


@pytest.mark.parametrize("attempt", REFUSED)
def test_nothing_outside_is_reached(seen: dict[str, str], attempt: str) -> None:
    """Outside its folders a process reads nothing, changes nothing, starts nothing."""
    assert seen[attempt] == "EACCES"


@pytest.mark.parametrize("attempt", ALLOWED)
def test_own_folders_work(seen: dict[str, str], attempt: str) -> None:
    """What is shown can be read, and scratch can be changed in every way."""
    assert seen[attempt] == "done"


@pytest.mark.parametrize("attempt", ["rename into scratch", "link into scratch"])
def test_nothing_is_carried_into_scratch(seen: dict[str, str], attempt: str) -> None:
    """A hidden file gets no second name that can be read."""
    assert seen[attempt] in ("EACCES", "EXDEV")


@pytest.mark.parametrize(
    ("since", "attempt", "error"),
    [
        (_TRUNCATE, "truncate a shown file", "EACCES"),
        (_TRUNCATE, "truncate a hidden file", "EACCES"),
        (_TCP, "connect by TCP", "EACCES"),
        (_TCP, "listen by TCP", "EACCES"),
        (_IOCTL, "configure a device", "EACCES"),
        (_SCOPES, "signal to the parent", "EPERM"),
        (_SCOPES, "connect to an abstract socket", "EPERM"),
    ],
)
def test_newer_kernels_refuse_more(
    seen: dict[str, str], version: int, since: int, attempt: str, error: str
) -> None:
    """Truncation, TCP, devices, signals and abstract sockets are refused since their versions.

    What an older version lets pass, the seccomp filter refuses.
    """
    before = "ENOTTY" if attempt == "configure a device" else "done"

    assert seen[attempt] == (error if version >= since else before)


def test_a_version_that_does_not_exist_raises(
    tmp_path: Path, in_child: Callable[..., Any], outcome_of: Callable[..., str]
) -> None:
    """Where the kernel refuses, the process is told so instead of going on uncaged."""

    def attempt() -> str:
        landlock._ALL_ABI1 |= 1 << 60  # a right that no kernel knows
        kernel.no_new_privileges()
        return outcome_of(lambda: landlock.restrict(1, readable=[], writable=[tmp_path]))

    assert in_child(attempt) == "EINVAL"


def test_what_a_version_lacks_is_named() -> None:
    """Each absence has a name and says what takes its place; the newest version lacks nothing."""
    lacking = {v: list(landlock.absences(v)) for v in range(landlock.NEWEST + 1)}

    assert lacking[0] == ["landlock"]
    names = ["refer", "truncate", "tcp", "ioctl", "scopes"]
    for v in range(1, landlock.NEWEST + 1):
        assert lacking[v] == [f"landlock {name}" for name in names[v - 1 :]]
    for version in range(1, landlock.NEWEST):
        for reason in landlock.absences(version).values():
            assert f"version {version} " in reason
            assert "meanwhile" in reason


_ACT_AS = """
from autograder.sandbox import landlock
landlock.abi = lambda: {version}
forkserver.main("""
_REACH = """
def reach(impl, path):
    found = {}
    for name, attempt in {
        "read": lambda: open(path).close(),
        "write": lambda: open("own", "w").close(),
        "list": lambda: torch.sys.modules["os"].listdir("/"),
    }.items():
        try:
            attempt()
            found[name] = "done"
        except OSError as error:
            found[name] = type(error).__name__
    return found
import torch
"""


@pytest.mark.parametrize("version", range(min(ABI, 7) + 1))
def test_the_cage_works_on_older_kernels(
    version: int, own_lab: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As of version 1 `container` is to be had; server and worker name what their kernel lacks."""
    hidden = tmp_path / "hidden"
    hidden.write_text("a secret")
    act_as = _ACT_AS.format(version=version).lstrip()
    monkeypatch.setattr(custody, "_START", custody._START.replace("forkserver.main(", act_as, 1))
    if not version:
        with (
            custody.ForkServer(Level.CONTAINER) as server,
            pytest.raises(IsolationError, match=r"container is not to be had here.*Linux 5\.13"),
        ):
            _ = server.info
        return

    lab = own_lab(Level.CONTAINER)

    lacking = list(landlock.absences(version))
    assert [name for name in lab.info.absent if name.startswith("landlock")] == lacking
    with lab.session(probes=_REACH) as session:
        assert [n for n in session.worker.ready.absent if n.startswith("landlock")] == lacking
        assert "landlock" in session.worker.ready.layers
        seen = session.see("reach", path=str(hidden))
    assert seen == {"read": "PermissionError", "write": "done", "list": "PermissionError"}
