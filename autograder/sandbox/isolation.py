"""The cage: which layers this machine gives, and how a process gets into them.

`Cage.enter_outer` is called once, in the fork server, before torch is imported;
`Cage.enter_worker` in every worker, before a line of student code runs. A layer that
was promised and then fails raises: the worker ends, and nobody gets points.

Levels: `full` (namespaces and all the rest), `container` (no namespaces, as in most
containers), `none` (limits only: a student's own machine).
"""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import sys
import tempfile
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.sandbox import kernel, landlock, limits, roots, seccomp

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograder.sandbox.limits import WorkerLimits

__all__ = ["Cage", "Level"]

_OUTSIDE_UID = 100_000
"""First of the unprivileged ids outside that a root-started cage maps to."""
_UIDS = 60_000
_INSIDE_UID = 1000
_NAMESPACES = "namespaces"


class Level(StrEnum):
    """How much of the cage is in force."""

    FULL = "full"
    CONTAINER = "container"
    NONE = "none"


class Cage:
    """What this machine gives; made once in the fork server, used by each of its workers.

    Args:
        wanted: The level to reach; None for the best there is.

    Attributes:
        level: What is in force.
        absent: Each missing layer, with the reason.
    """

    def __init__(self, wanted: Level | None) -> None:
        self.wanted = wanted
        self.level = Level.NONE
        self.absent: dict[str, str] = {}
        self.readable: tuple[Path, ...] = ()
        self._started_as_root = sys.platform == "linux" and os.geteuid() == 0
        self._own_pid_namespace = -1
        self._landlock = 0
        self._filters: dict[tuple[bool, bool], bytes] = {}
        """System call filters, by whether the worker may fork."""
        self._workers = 0

    def enter_outer(self) -> None:
        """Put this process and its future workers into the outer cage, as far as it goes.

        Forks: where namespaces are in force the caller goes on in a child, the first process of
        a new pid namespace, while the parent waits for it and ends with it.

        Raises:
            OSError: If a level was asked for that is not to be had here.
        """
        self._enter_layers()
        if self.wanted not in (None, self.level):
            reasons = "; ".join(f"{layer}: {reason}" for layer, reason in self.absent.items())
            raise OSError(f"level {self.wanted} is not to be had here ({reasons})")

    def _enter_layers(self) -> None:
        if sys.platform != "linux":
            self.absent = dict.fromkeys((_NAMESPACES, "landlock", "seccomp"), "needs Linux")
            return
        if self.wanted is Level.NONE:
            layers = (_NAMESPACES, "landlock", "seccomp")
            self.absent = dict.fromkeys(layers, "not used at level none")
            return
        self.readable = roots.readable_paths()
        self._prepare_landlock()
        self._prepare_seccomp()  # before the new root, which has no loader's cache
        if self.wanted in (None, Level.FULL):
            if not self._filters:  # a cage from which every system call can be made is not full
                self.absent[_NAMESPACES] = "not used where seccomp is missing"
            else:
                self._enter_namespaces()
        else:
            self.absent[_NAMESPACES] = f"not used at level {self.wanted}"
        if self.level is Level.NONE and self._landlock and self._filters:
            self.level = Level.CONTAINER
        if self.level is Level.CONTAINER and self._started_as_root:
            private = [p for p in (sys.prefix, sys.base_prefix) if _is_private(p)]
            if private:
                self.absent["user"] = f"root keeps its id, since others cannot read {private[0]}"

    def _enter_namespaces(self) -> None:
        refused = _try_in_child(self._outer_namespaces)
        if refused:
            self.absent[_NAMESPACES] = f"this kernel or container refuses them ({refused})"
            return
        self._outer_namespaces()
        self._own_pid_namespace = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
        self.level = Level.FULL

    def _outer_namespaces(self) -> None:
        """Enter new namespaces and a new root; on return this is process 1 in there."""
        everything = (
            kernel.CLONE_NEWNET | kernel.CLONE_NEWIPC | kernel.CLONE_NEWUTS | kernel.CLONE_NEWPID
        )
        if self._started_as_root:
            # Bind while we are root, so that a Python below a private home stays readable;
            # then leave root for good: nothing in here maps to a privileged id outside.
            folder = tempfile.mkdtemp(prefix="torchgrade-root-")
            root_is_built = _go_on_in_child(cleanup=lambda: _remove(folder), maps_ids=True)
            kernel.unshare(kernel.CLONE_NEWNS)
            roots.build_root(folder)
            kernel.unshare(kernel.CLONE_NEWUSER)
            root_is_built()
            os.setresgid(0, 0, 0)
            os.setresuid(0, 0, 0)
            kernel.die_with_parent(signal.SIGKILL)  # again: a change of user clears it
            kernel.unshare(kernel.CLONE_NEWNS | everything)
        else:
            uid, gid = os.geteuid(), os.getegid()
            kernel.unshare(kernel.CLONE_NEWUSER)
            _map_self(0, uid, 0, gid)
            folder = tempfile.mkdtemp(prefix="torchgrade-root-")  # now that nothing is refused
            root_is_built = _go_on_in_child(cleanup=lambda: _remove(folder))
            kernel.unshare(kernel.CLONE_NEWNS)
            roots.build_root(folder)
            root_is_built()
            kernel.unshare(everything)
        _go_on_in_child()
        roots.own_proc()

    def _prepare_landlock(self) -> None:
        self._landlock = landlock.abi()
        self.absent |= landlock.absences(self._landlock)

    def _prepare_seccomp(self) -> None:
        try:
            self._filters = {
                (fork, gpu): seccomp.compile_filter(processes=fork, gpu=gpu)
                for fork in (False, True)
                for gpu in (False, True)
            }
        except (ImportError, OSError, RuntimeError) as error:
            self.absent["seccomp"] = f"libseccomp is not to be had here ({error}); install it"

    def fork_worker(self) -> int:
        """Fork a process for a worker, which must call `enter_worker` next."""
        self._workers += 1
        if self.level is not Level.FULL:
            return os.fork()
        kernel.unshare(kernel.CLONE_NEWPID)  # the next child is process 1 of a new namespace
        child = -1
        try:
            child = os.fork()
        finally:
            if child:  # also where no process was to be had, or the next request would fail, too
                kernel.setns(self._own_pid_namespace, kernel.CLONE_NEWPID)
        return child

    def enter_worker(
        self,
        worker_limits: WorkerLimits,
        scratch: Path,
        *,
        core: int | None = None,
        device: str = "cpu",
    ) -> tuple[str, ...]:
        """Cage this process for good.

        Args:
            worker_limits: What the worker must not exceed.
            scratch: The folder that it may write.
            core: The only processor core that it may use, where this system can pin it.
            device: `cuda` lets it open the GPU's device files and send them orders; its address
                space is then not limited, since CUDA maps more of it than there is memory.

        Returns:
            The layers in force.

        Raises:
            OSError: If a layer that `enter_outer` found fails now.
        """
        os.setsid()
        kernel_layers = ["userns", "pidns", "mountns", "netns", "ipcns", "utsns"]
        layers = kernel_layers if self.level is Level.FULL else []
        if self.level is Level.FULL:
            self._worker_namespaces(worker_limits)
        own_user = self.level is Level.FULL or self._become_nobody(scratch)
        if worker_limits.may_fork and self.level is Level.CONTAINER and not os.geteuid():
            # The kernel bounds no processes of root, so here they are not to be had.
            raise OSError(errno.EPERM, f"no child processes here: {self.absent['user']}")
        os.chdir(scratch)
        if sys.platform == "linux":
            kernel.no_new_privileges()
        if self.level is not Level.NONE:
            kernel.drop_capabilities()
        has_gpu = device != "cpu"
        if limits.apply(worker_limits, own_user=own_user, address_space=not has_gpu):
            layers.append("rlimits")
        if self._landlock:
            readable = (*self.readable, Path("/proc/self"))
            nodes = [Path(node) for node in roots.GPU_NODES] if has_gpu else []
            landlock.restrict(self._landlock, readable=readable, writable=[scratch, *nodes])
            layers.append("landlock")
        if sys.platform == "linux":
            kernel.die_with_parent(signal.SIGKILL)  # late: a change of user clears it
        if core is not None and hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, {core})  # the filter then keeps it there
        if self.level is not Level.NONE and self._filters:
            seccomp.install(self._filters[worker_limits.may_fork, has_gpu])
            layers.append("seccomp")
        return tuple(layers)

    def _become_nobody(self, scratch: Path) -> bool:
        """Leave root for an unprivileged user of this worker's own, where there are no namespaces."""
        if self.level is not Level.CONTAINER or not self._started_as_root or "user" in self.absent:
            return False
        uid = _OUTSIDE_UID + self._workers % _UIDS
        os.chown(scratch, uid, uid)
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
        return True

    def _worker_namespaces(self, worker_limits: WorkerLimits) -> None:
        kernel.unshare(kernel.CLONE_NEWNS | kernel.CLONE_NEWIPC | kernel.CLONE_NEWUTS)
        roots.own_proc()
        inside = _INSIDE_UID + self._workers % (_UIDS - _INSIDE_UID)
        owner = inside if self._started_as_root else 0
        options = (
            f"mode=700,size={worker_limits.scratch_mb}m,nr_inodes=1024,uid={owner},gid={owner}"
        )
        flags = kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC
        kernel.mount("tmpfs", str(roots.SCRATCH), "tmpfs", flags, options)
        if self._started_as_root:
            os.setgroups([])
            os.setresgid(inside, inside, inside)
            os.setresuid(inside, inside, inside)
        uid, gid = os.geteuid(), os.getegid()
        kernel.unshare(kernel.CLONE_NEWUSER)
        _map_self(_INSIDE_UID, uid, _INSIDE_UID, gid)


def _try_in_child(attempt: Callable[[], None]) -> str | None:
    """Run *attempt* in a child; return None, or why it failed."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.close(reader)
        try:
            attempt()
            os.write(writer, b"ok")
        except OSError as error:
            os.write(writer, f"{error.strerror or error}".encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as file:
        answer = file.read().decode()
    os.waitpid(child, 0)
    return None if answer == "ok" else answer or "it ended"


def _go_on_in_child(
    *, cleanup: Callable[[], None] | None = None, maps_ids: bool = False
) -> Callable[[], None]:
    """Go on in a child; the parent waits for it and ends as it ends.

    Args:
        cleanup: What the parent does when the child has called what is returned, or has ended.
        maps_ids: Whether the parent, which must be root then, also maps the child, in a new user
            namespace by then, to unprivileged ids outside.

    Returns:
        What the child calls for the parent to do so.
    """
    ask_reader, ask_writer = os.pipe()
    done_reader, done_writer = os.pipe()
    child = os.fork()
    if child:
        os.close(ask_writer)
        os.close(done_reader)
        asked = os.read(ask_reader, 1)
        if cleanup:
            cleanup()
        if asked:
            for kind in ("uid", "gid") if maps_ids else ():
                Path(f"/proc/{child}/{kind}_map").write_text(f"0 {_OUTSIDE_UID} {_UIDS}\n")
            os.write(done_writer, b"1")
        _, status = os.waitpid(child, 0)
        os._exit(os.waitstatus_to_exitcode(status) & 0x7F)
    os.close(ask_reader)
    os.close(done_writer)
    kernel.die_with_parent(signal.SIGKILL)

    def tell_parent() -> None:
        os.write(ask_writer, b"1")
        if os.read(done_reader, 1) != b"1":
            raise OSError(errno.EPERM, "the parent could not do its part")

    return tell_parent


def _map_self(inside_uid: int, uid: int, inside_gid: int, gid: int) -> None:
    kernel.stay_dumpable()
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{inside_uid} {uid} 1\n")
    Path("/proc/self/gid_map").write_text(f"{inside_gid} {gid} 1\n")


def _remove(folder: str) -> None:
    with contextlib.suppress(OSError):
        Path(folder).rmdir()


def _is_private(folder: str) -> bool:
    """Tell whether users other than the owner cannot reach *folder*."""
    path = Path(folder).resolve()
    return not all(parent.stat().st_mode & 0o001 for parent in (path, *path.parents))
