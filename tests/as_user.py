"""Run a command as somebody else, also where this Python lies in a home that is private to root.

    python tests/as_user.py [--uid N] [--like-docker] COMMAND...

Needs root. In a mount namespace of its own, what the running Python needs becomes readable for
everybody at its own path; then the rights of root are given up and COMMAND takes this process's
place. `--like-docker` first installs a filter that refuses new namespaces and mounts, as
container engines do, so that a cage must do without them.
"""

from __future__ import annotations

import argparse
import errno
import os
import sys
import tempfile
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))

from autograder.sandbox import kernel, seccomp

ORDINARY = 12345
"""An id that nobody has: its processes are those of this test alone."""


def open_up(wanted: list[Path]) -> None:
    """Make *wanted* reachable for everybody, in this process's view of the file system only."""
    kernel.unshare(kernel.CLONE_NEWNS)
    kernel.mount("none", "/", None, kernel.MS_REC | kernel.MS_PRIVATE)
    hidden: dict[Path, list[Path]] = {}
    for path in wanted:
        outermost = next((p for p in reversed(path.parents) if not p.stat().st_mode & 0o001), None)
        if outermost:
            hidden.setdefault(outermost, []).append(path)
    for private, paths in hidden.items():
        handles = {path: os.open(path, os.O_PATH) for path in paths}  # still there once covered
        kernel.mount("tmpfs", str(private), "tmpfs", kernel.MS_NOSUID, "mode=755,size=1m")
        for path, handle in handles.items():
            path.mkdir(parents=True, exist_ok=True)
            source = f"/proc/self/fd/{handle}"
            kernel.mount(source, str(path), None, kernel.MS_BIND | kernel.MS_REC)
            os.close(handle)


def refuse_namespaces() -> None:
    """Make this process and its children get EPERM for what container engines refuse."""
    import pyseccomp

    filtered = pyseccomp.SyscallFilter(defaction=pyseccomp.ALLOW)
    refuse = pyseccomp.ERRNO(errno.EPERM)
    for name in ("unshare", "setns", "mount", "umount2", "pivot_root", "mount_setattr"):
        filtered.add_rule(refuse, name)
    for bit in (17, 25, 26, 27, 28, 29, 30):  # the CLONE_NEW… flags
        new = pyseccomp.Arg(0, pyseccomp.MASKED_EQ, 1 << bit, 1 << bit)
        filtered.add_rule(refuse, "clone", new)
    filtered.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "clone3")
    with tempfile.TemporaryFile() as file:
        filtered.export_bpf(file)
        file.seek(0)
        program = file.read()
    kernel.no_new_privileges()
    seccomp.install(program)


def main() -> None:
    """Read the command line and become the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--uid", type=int, default=ORDINARY)
    parser.add_argument("--like-docker", action="store_true")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    if os.geteuid() != 0:
        parser.error("only root can run a command as somebody else")
    repository = Path(__file__).resolve().parents[1]
    open_up(sorted({Path(sys.base_prefix).resolve(), Path(sys.prefix).resolve(), repository}))
    if options.like_docker:
        refuse_namespaces()
    if options.uid:
        os.setgroups([])
        os.setresgid(options.uid, options.uid, options.uid)
        os.setresuid(options.uid, options.uid, options.uid)
    environment = {**os.environ, "HOME": "/nonexistent", "USER": "student", "LOGNAME": "student"}
    os.execvpe(options.command[0], options.command, environment)


if __name__ == "__main__":
    main()
