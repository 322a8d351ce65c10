"""The seccomp filter alone: what a process may still ask of the kernel, and what not."""

# ruff: noqa: PTH208 - each attempt is one system call, made at once
from __future__ import annotations

import ctypes
import mmap
import os
import platform
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from autograder.sandbox import kernel

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() != "x86_64", reason="has the numbers of x86-64"
)

_libc = ctypes.CDLL(None, use_errno=True)


def call(number: int, *arguments: object) -> None:
    """Make a system call, and raise what the kernel says."""
    if _libc.syscall(number, *arguments) < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))


def fork_and_end() -> None:
    """Fork, where that is allowed."""
    if not os.fork():
        os._exit(0)


def harmful(folder: Path) -> dict[str, Callable[[], object]]:
    """Return what no worker may do, with arguments that do no harm where it is allowed."""
    file = folder / "file"
    file.write_text("x")
    handle = os.open(file, os.O_RDWR)
    me, here = os.getpid(), os.fsencode(folder)
    return {
        "socket": socket.socket,
        "socketpair": socket.socketpair,
        "fork": fork_and_end,
        "vfork or spawn": lambda: subprocess.run(["/bin/true"], check=False),
        "execve": lambda: os.execv("/not/there", ["x"]),
        "execveat": lambda: call(322, -100, b"/not/there", None, None, 0),
        "kill": lambda: os.kill(me, 0),
        "tkill": lambda: call(200, me, 0),
        "tgkill": lambda: call(234, me, me, 0),
        "pidfd_open": lambda: call(434, me, 0),
        "ptrace": lambda: call(101, 16, 0, 0, 0),
        "process_vm_readv": lambda: call(310, me, None, 0, None, 0, 0),
        "process_vm_writev": lambda: call(311, me, None, 0, None, 0, 0),
        "mount": lambda: call(165, b"none", b"/not/there", b"tmpfs", 0, None),
        "umount": lambda: call(166, b"/not/there", 0),
        "pivot_root": lambda: call(155, b"/not/there", b"/not/there"),
        "chroot": lambda: os.chroot("/not/there"),
        "unshare": lambda: call(272, 1),
        "setns": lambda: call(308, handle, 0),
        "clone with a namespace": lambda: call(56, 0x10000200, None, None, None, None),
        "sched_setaffinity": lambda: os.sched_setaffinity(0, os.sched_getaffinity(0)),
        "sched_setscheduler": lambda: os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0)),
        "setpriority": lambda: os.setpriority(os.PRIO_PROCESS, 0, 0),
        "memfd_create": lambda: os.memfd_create("x"),
        "bpf": lambda: call(321, 99, None, 0),
        "io_uring_setup": lambda: call(425, 1, None),
        "perf_event_open": lambda: call(298, None, 0, 0, -1, 0),
        "userfaultfd": lambda: call(323, 1 << 30),
        "keyctl": lambda: call(250, 99, 0, 0, 0, 0),
        "add_key": lambda: call(248, b"no", b"no", None, 0, 0),
        "setuid": lambda: os.setuid(os.getuid()),
        "setgroups": lambda: os.setgroups(os.getgroups()),
        "capset": lambda: call(126, None, None),
        "chmod": lambda: file.chmod(0o600),
        "folder": (file.parent / "another").mkdir,
        "fchmod": lambda: os.fchmod(handle, 0o600),
        "chown": lambda: os.chown(file, -1, -1),
        "utime": lambda: os.utime(file),
        "truncate": lambda: os.truncate(file, 0),
        "open to empty": lambda: os.open(file, os.O_RDONLY | os.O_TRUNC),
        "openat2": lambda: call(437, -100, b"/not/there", None, 0),
        "link": lambda: os.link(file, folder / "other"),
        "symlink": lambda: (folder / "link").symlink_to(file),
        "mknod": lambda: os.mkfifo(folder / "fifo"),
        "setxattr": lambda: call(188, here, b"user.x", b"x", 1, 0),
        "sethostname": lambda: call(170, None, 99999),
        "reboot": lambda: call(169, 0, 0, 0, None),
        "shmget": lambda: call(29, 0, 1 << 62, 0),
        "mq_open": lambda: call(240, b"no/good", 0, 0, None),
        "quotactl": lambda: call(179, -1, None, 0, None),
        "personality": lambda: call(135, 0xFFFFFFFF),
        "prctl dumpable": lambda: call(157, 4, 1, 0, 0, 0),
        "prctl ptracer": lambda: call(157, 0x59616D61, 0, 0, 0, 0),
        "limits of another": lambda: resource.prlimit(os.getppid(), resource.RLIMIT_CORE),
        "name_to_handle_at": lambda: call(303, -100, b"/not/there", None, None, 0),
        "modify_ldt": lambda: call(154, 9, None, 0),
        "terminal input": lambda: call(16, handle, 0x5412, b"x"),
    }


def needed(folder: Path) -> dict[str, Callable[[], object]]:
    """Return what a worker goes on doing."""
    file = folder / "own"

    def in_threads() -> None:
        done: list[int] = []
        threads = [threading.Thread(target=done.append, args=(i,)) for i in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(done) == 8

    def calculate() -> None:
        import torch

        x = torch.randn(64, 64, requires_grad=True)
        (x @ x.T).exp().mean().backward()
        assert x.grad is not None
        torch.linalg.svd(torch.eye(8))
        assert torch.utils.data.DataLoader([1, 2, 3], batch_size=2)

    def handle_a_signal() -> None:
        seen: list[int] = []
        signal.signal(signal.SIGALRM, lambda number, _: seen.append(number))
        signal.setitimer(signal.ITIMER_REAL, 0.01)
        time.sleep(0.05)
        assert seen == [signal.SIGALRM]

    return {
        "threads": in_threads,
        "torch": calculate,
        "write": lambda: file.write_text("mine"),
        "read": file.read_text,
        "append": lambda: file.open("a").close(),
        "open for both": lambda: file.open("r+").close(),
        "rename": lambda: file.rename(folder / "renamed"),
        "remove": (folder / "renamed").unlink,
        "list": lambda: os.listdir(folder),
        "pipe": os.pipe,
        "memory": lambda: mmap.mmap(-1, 2**20),
        "clock": time.perf_counter,
        "sleep": lambda: time.sleep(0.001),
        "signal": handle_a_signal,
        "random": lambda: os.urandom(8),
        "own limits": lambda: resource.getrlimit(resource.RLIMIT_AS),
        "processors": lambda: os.sched_getaffinity(0),
        "name a thread": lambda: call(157, 15, b"name", 0, 0, 0),
        "import": lambda: __import__("wave"),
    }


@pytest.fixture(scope="module")
def program() -> bytes:
    """Give the compiled filter."""
    pytest.importorskip("pyseccomp", reason="libseccomp is not on this machine")
    from autograder.sandbox import seccomp

    return seccomp.compile_filter()


@pytest.fixture(scope="module")
def seen(
    program: bytes,
    tmp_path_factory: pytest.TempPathFactory,
    in_child: Callable[..., Any],
    outcome_of: Callable[..., str],
) -> dict[str, dict[str, str]]:
    """Tell what a process could do with the filter alone, and what without it."""
    import torch.utils.data  # before the fork, as in the fork server

    from autograder.sandbox import seccomp

    def with_filter() -> dict[str, str]:
        torch.set_num_threads(1)
        folder = tmp_path_factory.mktemp("with")
        actions = {**harmful(folder), **needed(folder)}
        kernel.no_new_privileges()
        seccomp.install(program)
        return {name: outcome_of(action) for name, action in actions.items()}

    def without() -> dict[str, str]:
        actions = harmful(tmp_path_factory.mktemp("without"))
        return {name: outcome_of(action) for name, action in actions.items()}

    return {"filtered": in_child(with_filter), "free": in_child(without)}


def test_nothing_harmful_is_allowed(seen: dict[str, dict[str, str]], tmp_path: Path) -> None:
    """Sockets, processes, namespaces, priorities, rights and the kernel's insides are refused."""
    allowed = {n: seen["filtered"][n] for n in harmful(tmp_path) if seen["filtered"][n] != "EPERM"}

    assert allowed == {}


@pytest.mark.skipif(os.geteuid() != 0, reason="others are refused some of it anyway")
def test_the_filter_is_what_refuses(seen: dict[str, dict[str, str]], tmp_path: Path) -> None:
    """Without the filter the same attempts do not fail for want of permission."""
    refused = [n for n in harmful(tmp_path) if seen["free"][n] == "EPERM"]

    assert refused == []


def test_everything_needed_is_allowed(seen: dict[str, dict[str, str]], tmp_path: Path) -> None:
    """Files, memory, threads, clocks, signals to itself and torch go on working."""
    refused = {n: seen["filtered"][n] for n in needed(tmp_path) if seen["filtered"][n] != "done"}

    assert refused == {}


def test_calls_of_another_architecture_end_the_process(
    program: bytes, in_child: Callable[..., Any]
) -> None:
    """The old way into the kernel, whose numbers mean other calls, is fatal."""
    from autograder.sandbox import seccomp

    def attempt() -> int:
        code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        code.write(b"\xb8\x14\x00\x00\x00\xcd\x80\xc3")  # mov eax, 20 (getpid); int 0x80; ret
        address = ctypes.addressof(ctypes.c_char.from_buffer(code))
        kernel.no_new_privileges()
        seccomp.install(program)
        return ctypes.CFUNCTYPE(ctypes.c_int)(address)()

    assert in_child(attempt) in (-signal.SIGSYS, -signal.SIGSEGV)


def test_threads_are_filtered_too(
    program: bytes, in_child: Callable[..., Any], outcome_of: Callable[..., str]
) -> None:
    """A thread that is started later has no more rights than the first."""
    from autograder.sandbox import seccomp

    def attempt() -> list[str]:
        kernel.no_new_privileges()
        seccomp.install(program)
        seen: list[str] = []
        thread = threading.Thread(target=lambda: seen.append(outcome_of(socket.socket)))
        thread.start()
        thread.join()
        return seen

    assert in_child(attempt) == ["EPERM"]


def test_workers_that_may_have_processes_can_fork(
    in_child: Callable[..., Any], outcome_of: Callable[..., str]
) -> None:
    """The wider filter allows processes and local sockets, and still no others."""
    pytest.importorskip("pyseccomp", reason="libseccomp is not on this machine")
    from autograder.sandbox import seccomp

    def attempt() -> list[str]:
        kernel.no_new_privileges()
        seccomp.install(seccomp.compile_filter(processes=True))
        return [outcome_of(a) for a in (fork_and_end, socket.socketpair, socket.socket)]

    assert in_child(attempt) == ["done", "done", "EPERM"]


def test_a_filter_needs_no_new_privileges(
    program: bytes, in_child: Callable[..., Any], outcome_of: Callable[..., str]
) -> None:
    """Where the kernel refuses the filter, the process is told so instead of going on uncaged."""
    from autograder.sandbox import seccomp

    def attempt() -> str:
        return outcome_of(lambda: seccomp.install(program[:9]))

    assert in_child(attempt) in ("EINVAL", "EACCES")
