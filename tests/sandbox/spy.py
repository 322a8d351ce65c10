"""Look around from inside a cage, and print as JSON what could be seen and done.

    python tests/sandbox/spy.py [LEVEL]

A program of its own, so that it can be run as another user (`tests/as_user.py`).
"""

# ruff: noqa: E402, T201 - a program that finds its own repository, and prints
from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.append(str(REPOSITORY))

from autograder.sandbox import custody, wire
from autograder.sandbox.custody import ForkServer, Worker
from autograder.sandbox.isolation import Level
from autograder.sandbox.limits import WorkerLimits
from autograder.sandbox.packing import pack, unpack

LOOK = r"""
import ctypes, os, signal, socket, subprocess, sys, threading, time

def outcome(attempt):
    try:
        return repr(attempt())[:500]
    except OSError as error:
        return error.strerror
    except BaseException as error:
        return type(error).__name__

def fill(name, count, size):
    with open(name, "wb") as file:
        for _ in range(count):
            file.write(bytes(size))

def reach(name, size):
    with open(name, "wb") as file:
        file.seek(size)  # a hole takes no room, so nobody who looks finds too much
        file.write(b"x")

def many_files():
    for i in range(5000):
        open(f"small-{i}", "w").close()

def write(path):
    with open(path, "w") as file:
        file.write("mine")
    return open(path).read()

def local_sockets():
    one, other = socket.socketpair()
    one.send(b"x")
    return other.recv(1)

def work():
    import torch, torch.nn.functional, torch.distributions
    x = torch.randn(64, 64, requires_grad=True)
    (torch.linalg.qr(x @ x.T + 64 * torch.eye(64))[0].sum() + torch.fft.fft(x).abs().sum()).backward()
    seen = []
    threads = [threading.Thread(target=seen.append, args=(i,)) for i in range(4)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    return x.grad.isfinite().all().item(), sorted(seen)

def look_harmlessly(impl):
    return {
        "work": outcome(work),
        "write here": outcome(lambda: write("mine")),
        "big file": outcome(lambda: reach("big", 40 * 2**20)),
        "memory": outcome(lambda: len(bytearray(2 * 2**30))),
        "raise a limit": outcome(lambda: __import__("resource").setrlimit(7, (9999, 9999))),
        "descriptors": sorted(int(fd) for fd in os.listdir("/proc/self/fd")),
        "environment": dict(os.environ),
        "scratch": os.getcwd(),
    }

def look(impl, secret, judge, repository, port, own_disk):
    libc = ctypes.CDLL(None, use_errno=True)
    def call(number, *arguments):
        if libc.syscall(number, *arguments) < 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
        return "done"
    return {
        "secret": outcome(lambda: open(secret).read()),
        "secret by its root": outcome(lambda: open(f"/proc/self/root{secret}").read()),
        "secret by the judge": outcome(lambda: open(f"/proc/{judge}/root{secret}").read()),
        "homes": outcome(lambda: os.listdir("/root") + os.listdir("/home")),
        "users": outcome(lambda: open("/etc/passwd").read()),
        "course": outcome(lambda: os.listdir(repository)),
        "solutions": outcome(lambda: os.listdir(repository + "/solutions")),
        "list of /": outcome(lambda: os.listdir("/")),
        "write to /": outcome(lambda: write("/mine")),
        "write to /tmp": outcome(lambda: write("/tmp/mine-torchgrade")),
        "write to /dev/shm": outcome(lambda: write("/dev/shm/mine-torchgrade")),
        "write to torch": outcome(lambda: write(os.path.dirname(sys.modules["torch"].__file__) + "/mine")),
        # Elsewhere the fork server looks, and ends who wrote too much: see tests/sandbox/test_scratch.py.
        "big files": own_disk and outcome(lambda: [fill(f"part-{i}", 8, 2**20) for i in range(5)]),
        "many files": own_disk and outcome(many_files),
        "socket": outcome(lambda: socket.socket()),
        "local sockets": outcome(local_sockets),
        "connect": outcome(lambda: socket.create_connection(("127.0.0.1", port), 1)),
        "fork": outcome(lambda: os.fork() or os._exit(0)),
        "execute": outcome(lambda: subprocess.run(["/bin/true"])),
        "processes": outcome(lambda: [p for p in os.listdir("/proc") if p.isdigit()]),
        "environment of the judge": outcome(lambda: open(f"/proc/{judge}/environ").read()),
        "memory of the judge": outcome(lambda: open(f"/proc/{judge}/mem", "rb").read(1)),
        "is the judge there": outcome(lambda: os.kill(judge, 0)),
        "signal to the parent": outcome(lambda: os.kill(os.getppid() or judge, signal.SIGURG)),
        "trace the judge": outcome(lambda: call(101, 16, judge, 0, 0)),
        "new namespace": outcome(lambda: call(272, 0x10000000)),
        "mount": outcome(lambda: libc.mount(b"none", b"/proc", b"tmpfs", 0, None)),
        "become root": outcome(lambda: os.setuid(0)),
        "arguments": outcome(lambda: open("/proc/self/cmdline").read()),
        "capabilities": [l.split()[1] for l in open("/proc/self/status") if l.startswith("Cap")],
        "no new privileges": [l.split()[1] for l in open("/proc/self/status") if l.startswith("NoNew")],
        "uid": os.getuid(),
        "pid": os.getpid(),
    }
"""


def descendants(pid: int) -> list[int]:
    """Return every process below *pid*, as this process sees them."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += [int(child), *descendants(int(child))]
    return found


def _server(level: str | None, folder: Path) -> ForkServer:
    """Start a fork server that puts its temporary folders into *folder*."""
    folder.chmod(0o711)  # a worker that gives up being root must still reach its own
    custody._ENVIRONMENT["TMPDIR"] = str(folder)
    return ForkServer(Level(level) if level else None)


def main(level: str | None) -> None:
    """Print what a worker can see."""
    import socket

    os.environ["CANARY"] = "canary-of-the-environment"
    with (
        tempfile.TemporaryDirectory() as folder,
        tempfile.NamedTemporaryFile("w", prefix="spied-") as secret,
        socket.create_server(("127.0.0.1", 0)) as listener,
        _server(level, Path(folder)) as server,
    ):
        secret.write("canary-of-the-file")
        secret.flush()
        info = server.info
        with Worker(server.control, WorkerLimits()) as worker:
            load = wire.Load(files={"own.py": ""}, names=(), probes=LOOK, imports=(), forbidden=())
            worker.ask(load, 30)
            # The worker as the outside sees it: the process that was started last.
            outside = descendants(server._process.pid)[-1]
            status = Path(f"/proc/{outside}/status").read_text()
            call = wire.Call(id=1, probe="look_harmlessly", inputs=pack({}))
            answers = [worker.ask(call, 60)]
            if info.level is not Level.NONE:  # where nothing holds it, it would do what it tries
                inputs = {
                    "secret": secret.name,
                    "judge": os.getpid(),
                    "repository": str(REPOSITORY),
                    "port": listener.getsockname()[1],
                    "own_disk": info.level is Level.FULL,
                }
                call = wire.Call(id=2, probe="look", inputs=pack(inputs))
                answers.append(worker.ask(call, 60))
            layers = list(worker.ready.layers)
        server.close()
        left = [path.name for path in Path(folder).iterdir()]
    seen: dict[str, object] = {}
    for answer in answers:
        assert isinstance(answer, wire.Observation), answer
        seen |= unpack(answer.value)
    uid = next(line.split()[1] for line in status.splitlines() if line.startswith("Uid"))
    facts = {"level": info.level, "absent": info.absent, "layers": layers, "uid outside": int(uid)}
    print(json.dumps({**facts, "seen": seen, "left": left}, indent=1))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)
