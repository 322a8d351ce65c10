"""What a fuzzer drives: each target reads bytes as the judge or the intake would.

A target returns where the bytes were read or refused as they should be. Whatever else it raises
is a finding: a crash, or a point for bytes that nobody earned.
"""

from __future__ import annotations

import contextlib
import socket
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import torch

from autograder.course.catalog import Catalog
from autograder.judging.comparison import Mismatch, assert_close
from autograder.judging.implementation import Finding, Submitted, UngradableError
from autograder.sandbox import wire
from autograder.sandbox.forkserver import End, Usage
from autograder.sandbox.limits import WorkerLimits
from autograder.sandbox.packing import pack, unpack
from autograder.submission.intake import Ungradable, take_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["SEEDS", "TARGETS"]

_TINY = Path(__file__).resolve().parents[1] / "tiny_course"
_EXPECTED = [torch.rand(3, 4, dtype=torch.float64), {"a": 1.25, "b": [torch.rand(2)]}]
"""What would be right; it is drawn anew in every process, so no input can hold it."""
_VALUES = (
    None,
    [1, 2.5, "text", b"bytes", True],
    {"a": (1, 2), 3: [None]},
    torch.ones(3, 4, dtype=torch.float64),
    [torch.zeros(0, 5), torch.ones(2, dtype=torch.complex64), torch.tensor(True)],
    _EXPECTED[0] * 0 + 1,
)


def message(data: bytes) -> None:
    """Read *data* as one message, and what it holds as a value."""
    try:
        answer = wire.decode_answer(data)
        if isinstance(answer, wire.Observation):
            _compare(unpack(answer.value))
    except wire.WireError:
        return


def value(data: bytes) -> None:
    """Read *data* as the two halves of a value: its tree, and its tensors."""
    half = data[0] if data else 0
    tree, tensors = data[1 : 1 + half], data[1 + half :]
    try:
        _compare(unpack(wire.Packed(msgspec.Raw(tree), tensors)))
    except wire.WireError:
        return


def archive(data: bytes) -> None:
    """Take *data* in as an archive, of the kind that its first byte says."""
    suffix = (".zip", ".tar", ".tar.gz")[data[0] % 3] if data else ".zip"
    exercise = Catalog(_TINY)["counter"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"handed-in{suffix}"
        path.write_bytes(data[1:])
        with contextlib.suppress(Ungradable):
            taken = take_in(path, exercise)
            assert set(taken.files) <= set(exercise.files)
        assert list(Path(folder).iterdir()) == [path]


def worker(data: bytes) -> None:
    """Hear a worker that was sane until its submission was imported, and then sends *data*.

    The first byte says how the process ends, and whether the bytes come before the question.
    """
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    fake = threading.Thread(target=_play, args=(theirs, data))
    fake.start()
    load = wire.Load(files={"own.py": ""}, names=(), probes="", imports=(), forbidden=())
    try:
        with (
            Submitted(ours, WorkerLimits(), load, 0.2) as submitted,
            contextlib.suppress(Finding, UngradableError),
        ):
            _compare(submitted.run(_probe, x=1))
            submitted.prepare(_probe, x=1)
            _compare(submitted.finish())
    finally:
        fake.join()
        ours.close()
        theirs.close()


def _probe(impl: object, x: int) -> None:
    """Stand for a probe; only its name travels."""


def _play(control: socket.socket, data: bytes) -> None:
    """Be fork server and worker, for one worker."""
    _, handles, _, _ = socket.recv_fds(control, 4096, 3)
    channel, output, lifeline = (
        socket.socket(fileno=handles[0]),
        handles[1],
        socket.socket(fileno=handles[2]),
    )
    kind, sent = (data[0], data[1:]) if data else (0, b"")
    stop = threading.Event()
    keeper = threading.Thread(target=_keep, args=(lifeline, kind, stop))
    keeper.start()
    with contextlib.suppress(OSError), channel:
        channel.sendall(wire.encode(wire.Ready(layers=(), absent={})))
        _read(channel)
        channel.sendall(wire.encode(wire.Importing()))
        if kind & 1:
            channel.sendall(wire.encode(wire.Loaded()) + sent)
        else:
            channel.sendall(wire.encode(wire.Loaded()))
            _read(channel)
            channel.sendall(sent)
    stop.set()
    keeper.join()
    lifeline.close()
    with contextlib.suppress(OSError):
        socket.close(output)


def _keep(lifeline: socket.socket, kind: int, stop: threading.Event) -> None:
    """Answer what the judge asks a fork server, and say how the worker ended."""
    lifeline.settimeout(0.005)
    usage = msgspec.json.encode(Usage(cpu_seconds=0.0, sleeping=True)) + b"\n"
    with contextlib.suppress(OSError):
        while not stop.is_set():
            with contextlib.suppress(TimeoutError):
                if not lifeline.recv(1):
                    return
                lifeline.sendall(usage)
        lifeline.sendall(msgspec.json.encode(End(code=kind % 128 - 64)) + b"\n")


def _read(channel: socket.socket) -> None:
    channel.settimeout(2)
    (length,) = wire.HEADER.unpack(_exactly(channel, wire.HEADER.size))
    _exactly(channel, length)


def _exactly(channel: socket.socket, count: int) -> bytes:
    parts = b""
    while len(parts) < count:
        part = channel.recv(count - len(parts))
        if not part:
            raise OSError("the judge has gone")
        parts += part
    return parts


def _compare(found: Any) -> None:
    """Compare with what would be right, as a check would; that it agrees is a finding."""
    for expected in (*_EXPECTED, _EXPECTED):
        with contextlib.suppress(Mismatch):
            assert_close(found, expected)
            raise RuntimeError("a point for bytes that nobody earned")
        with contextlib.suppress(Mismatch):
            assert_close([found], [expected], rtol=0.1)
            raise RuntimeError("a point for bytes that nobody earned")


def _messages() -> Iterator[bytes]:
    for held in _VALUES:
        yield wire.encode(wire.Observation(id=1, value=pack(held)))[4:]
    yield wire.encode(
        wire.Failure(id=1, kind="raised", error="E", message="m", file="own.py", line=3)
    )[4:]
    for plain in (wire.Loaded(), wire.Importing(), wire.Prepared(id=1)):
        yield wire.encode(plain)[4:]


def _packed() -> Iterator[bytes]:
    for held in _VALUES:
        packed = pack(held)
        tree = bytes(packed.tree)
        yield bytes([len(tree)]) + tree + packed.tensors


def _frames() -> Iterator[bytes]:
    for kind in (0, 1):
        for body in _messages():
            yield bytes([kind]) + wire.HEADER.pack(len(body)) + body


def _archives() -> Iterator[bytes]:
    import io
    import tarfile
    import zipfile

    text = b"class Counter:\n    pass\n"
    page = io.BytesIO()
    with zipfile.ZipFile(page, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("counter.py", text)
        made.writestr("folder/notes.txt", "x" * 100)
    yield b"\0" + page.getvalue()
    for first, mode in ((b"\1", "w"), (b"\2", "w:gz")):
        page = io.BytesIO()
        with tarfile.open(fileobj=page, mode=mode) as made:
            for name in ("counter.py", "folder/a-very-long-name" * 8):
                member = tarfile.TarInfo(name)
                member.size = len(text)
                made.addfile(member, io.BytesIO(text))
        yield first + page.getvalue()


TARGETS: dict[str, Callable[[bytes], None]] = {
    "message": message,
    "value": value,
    "archive": archive,
    "worker": worker,
}
SEEDS: dict[str, Callable[[], Iterator[bytes]]] = {
    "message": _messages,
    "value": _packed,
    "archive": _archives,
    "worker": _frames,
}
