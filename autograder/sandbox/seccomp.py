"""The seccomp filter: an allow-list of system calls for Python and torch on the CPU.

What is not listed fails with EPERM. The program is compiled once, in the fork server
(libseccomp), and installed in each worker, which takes some microseconds.
"""

from __future__ import annotations

import ctypes
import errno
import functools
import os
import tempfile

__all__ = ["compile_filter", "install"]

_PR_SET_SECCOMP, _MODE_FILTER = 22, 2
_CLONE_THREAD = 0x10000

# Grouped by what they are for; none opens a socket, starts or inspects another process,
# changes scheduling, or reaches the kernel's configuration. Nor do any change a file by its
# name or its rights (truncate, chmod, utime): Landlock does not see to all of those.
_ALLOWED = [
    "read",
    "write",
    "readv",
    "writev",
    "pread64",
    "pwrite64",
    "preadv",
    "pwritev",
    "preadv2",
    "pwritev2",
    "lseek",
    "close",
    "close_range",
    "creat",
    "stat",
    "fstat",
    "lstat",
    "newfstatat",
    "statx",
    "statfs",
    "fstatfs",
    "access",
    "faccessat",
    "faccessat2",
    "getdents",
    "getdents64",
    "getcwd",
    "chdir",
    "fchdir",
    "readlink",
    "readlinkat",
    "rmdir",
    "unlink",
    "unlinkat",
    "rename",
    "renameat",
    "renameat2",
    "ftruncate",
    "fallocate",
    "fsync",
    "fdatasync",
    "umask",
    "copy_file_range",
    "sendfile",
    "fadvise64",
    "readahead",
    "flock",
    "dup",
    "dup2",
    "dup3",
    "pipe",
    "pipe2",
    "eventfd",
    "eventfd2",
    "poll",
    "ppoll",
    "select",
    "pselect6",
    "epoll_create",
    "epoll_create1",
    "epoll_ctl",
    "epoll_wait",
    "epoll_pwait",
    "brk",
    "mmap",
    "munmap",
    "mremap",
    "mprotect",
    "madvise",
    "mincore",
    "msync",
    "membarrier",
    "mlock",
    "munlock",
    "get_mempolicy",
    "pkey_alloc",
    "pkey_free",
    "pkey_mprotect",
    "rt_sigaction",
    "rt_sigprocmask",
    "rt_sigreturn",
    "rt_sigpending",
    "rt_sigtimedwait",
    "rt_sigsuspend",
    "sigaltstack",
    "restart_syscall",
    "pause",
    "alarm",
    "setitimer",
    "getitimer",
    "time",
    "gettimeofday",
    "clock_gettime",
    "clock_getres",
    "clock_nanosleep",
    "nanosleep",
    "times",
    "timerfd_create",
    "timerfd_settime",
    "timerfd_gettime",
    "getpid",
    "getppid",
    "gettid",
    "getuid",
    "geteuid",
    "getgid",
    "getegid",
    "getresuid",
    "getresgid",
    "getgroups",
    "getpgrp",
    "getpgid",
    "getsid",
    "getrlimit",
    "getrusage",
    "sysinfo",
    "uname",
    "getcpu",
    "getrandom",
    "getpriority",
    "sched_yield",
    "sched_getaffinity",
    "sched_getparam",
    "sched_getscheduler",
    "sched_get_priority_max",
    "sched_get_priority_min",
    "futex",
    "futex_waitv",
    "set_robust_list",
    "get_robust_list",
    "set_tid_address",
    "rseq",
    "arch_prctl",
    "exit",
    "exit_group",
    "wait4",
    "waitid",
]

_IOCTLS = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)  # TCGETS, winsize, FIONREAD, FIO*
_FCNTLS = (*range(8), 36, 37, 38, 1030, 1032, 1034)
"""Duplicates, flags, locks, sizes of pipes, seals: no owner of signals, no lease, no larger pipe."""
_PRCTLS = (15, 16, 3, 0x53564D41)  # PR_SET_NAME, PR_GET_NAME, PR_GET_DUMPABLE, PR_SET_VMA


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


@functools.cache
def compile_filter(*, processes: bool = False, gpu: bool = False) -> bytes:
    """Return the filter as a BPF program.

    Args:
        processes: Whether the worker may fork, and join its processes by local sockets.
        gpu: Whether it may give any order to devices that it can open (`ioctl`).

    Raises:
        ImportError, OSError, RuntimeError: If libseccomp is not on this machine.
    """
    import pyseccomp as seccomp

    rules = seccomp.SyscallFilter(defaction=seccomp.ERRNO(errno.EPERM))
    for name in _ALLOWED:
        _add(rules, seccomp.ALLOW, name)
    if gpu:
        _add(rules, seccomp.ALLOW, "ioctl")
    for request in () if gpu else _IOCTLS:
        _add(rules, seccomp.ALLOW, "ioctl", seccomp.Arg(1, seccomp.EQ, request))
    for command in _FCNTLS:
        _add(rules, seccomp.ALLOW, "fcntl", seccomp.Arg(1, seccomp.EQ, command))
    for option in _PRCTLS:
        _add(rules, seccomp.ALLOW, "prctl", seccomp.Arg(0, seccomp.EQ, option))
    # Opening for reading must not empty a file, which old versions of Landlock cannot refuse.
    for name, flags in (("open", 1), ("openat", 2)):
        _add(rules, seccomp.ALLOW, name, seccomp.Arg(flags, seccomp.MASKED_EQ, os.O_TRUNC, 0))
        for mode in (os.O_WRONLY, os.O_RDWR):
            writing = seccomp.Arg(flags, seccomp.MASKED_EQ, os.O_ACCMODE, mode)
            _add(rules, seccomp.ALLOW, name, writing)
    # Limits may be read and lowered, for this process only.
    _add(rules, seccomp.ALLOW, "prlimit64", seccomp.Arg(0, seccomp.EQ, 0))
    # glibc falls back from clone3, whose flags a filter cannot read, to clone.
    _add(rules, seccomp.ERRNO(errno.ENOSYS), "clone3")
    thread = seccomp.Arg(0, seccomp.MASKED_EQ, _CLONE_THREAD, _CLONE_THREAD)
    _add(rules, seccomp.ALLOW, "clone", *(() if processes else (thread,)))
    if processes:
        for name in ("fork", "vfork", "socketpair", "sendmsg", "recvmsg", "sendto", "recvfrom"):
            _add(rules, seccomp.ALLOW, name)
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()


def _add(rules: object, action: int, name: str, *arguments: object) -> None:
    """Add a rule; a call that this architecture does not have needs none."""
    try:
        rules.add_rule(action, name, *arguments)  # type: ignore[attr-defined]
    except (RuntimeError, ValueError, OSError):
        return


def install(program: bytes) -> None:
    """Filter this process's system calls by *program*, for good; needs no_new_privs.

    Raises:
        OSError: If the kernel refuses.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    buffer = ctypes.create_string_buffer(program, len(program))
    record = _Program(len(program) // 8, ctypes.addressof(buffer))
    if libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(record), 0, 0):
        raise OSError(ctypes.get_errno(), "seccomp: the kernel refused the filter")
