"""Which folders Python and torch need, and a root file system made of nothing else.

Everything is bound at its own path, so that lazy imports go on working; what lies
beside it (home folders, the course, `/etc`) does not exist in the new root.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from pathlib import Path

from autograder.sandbox import kernel

__all__ = ["GPU_NODES", "SCRATCH", "build_root", "own_proc", "readable_paths"]

SCRATCH = Path("/torchgrade-scratch")
"""The only folder that student code can write; a tmpfs of its own for every worker."""

_ENGINE = Path(__file__).resolve().parents[1]
_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/lib/x86_64-linux-gnu")
_DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")
GPU_NODES = ("/dev/nvidia0", "/dev/nvidiactl", "/dev/nvidia-uvm", "/dev/nvidia-uvm-tools")
"""What a process that uses CUDA opens; only workers that are asked to may."""
_PROCESSORS = "/sys/devices/system/cpu"  # cpuinfo decides from it which kernels torch runs


def readable_paths() -> tuple[Path, ...]:
    """Return what Python, torch and this engine read: interpreter, packages, system libraries."""
    paths = [Path(p) for p in sysconfig.get_paths().values()]
    paths += [Path(p) for p in sys.path if p and Path(p) != _ENGINE.parent]
    paths += [Path(sys.base_prefix) / "lib", Path(sys.base_prefix) / "bin", Path(sys.executable)]
    paths += [Path(sys.prefix) / "pyvenv.cfg", _ENGINE]
    paths += [Path(p) for p in (*_LIBRARIES, *_DEVICES, _PROCESSORS)]
    excluded = {Path("/"), Path("/usr"), Path(sys.prefix), Path(sys.base_prefix)}
    real = {p.resolve() for p in paths if p.exists()} | {p for p in paths if p.exists()}
    # The prefix itself may be a course's folder, or `/usr`: never bind a whole prefix.
    return tuple(sorted(p for p in real if p not in excluded and not _is_course(p)))


def _is_course(path: Path) -> bool:
    """Tell whether *path* holds a course, as a folder on `sys.path` of an editable install does."""
    return (path / "solutions").is_dir() or (path / "assignments").is_dir()


def build_root(root: str) -> None:
    """Make a read-only root of `readable_paths` on the folder *root*, and move into it.

    Needs a mount namespace of its own.

    Raises:
        OSError: If the kernel refuses a mount.
    """
    kernel.mount("none", "/", None, kernel.MS_REC | kernel.MS_PRIVATE)
    kernel.mount("tmpfs", root, "tmpfs", kernel.MS_NOSUID | kernel.MS_NODEV, "mode=755,size=4m")
    done: list[Path] = []
    for path in readable_paths():
        if any(parent in done for parent in path.parents) and not path.is_symlink():
            continue  # it came with its parent
        _bind(path, Path(root))
        done.append(path)
    for node in GPU_NODES:
        if Path(node).exists():
            _bind(Path(node), Path(root))
    for folder in (SCRATCH, Path("/proc"), Path("/tmp")):  # noqa: S108 - names inside the new root
        (Path(root) / folder.relative_to("/")).mkdir(parents=True, exist_ok=True)
    kernel.mount("/proc", f"{root}/proc", None, kernel.MS_BIND | kernel.MS_REC)
    kernel.pivot_root(root)
    kernel.mount(
        "none",
        "/",
        None,
        kernel.MS_REMOUNT | kernel.MS_BIND | kernel.MS_RDONLY | kernel.MS_NOSUID | kernel.MS_NODEV,
    )


def _bind(path: Path, root: Path) -> None:
    target = root / path.relative_to("/")
    if os.path.lexists(target):
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    if path.is_symlink():
        target.symlink_to(path.readlink())
        return
    if path.is_dir():
        target.mkdir()
    else:
        target.touch()
    kernel.mount(str(path), str(target), None, kernel.MS_BIND | kernel.MS_REC)
    if not str(path).startswith("/dev/"):
        kernel.make_read_only(str(target))


def own_proc() -> None:
    """Mount a `/proc` that shows this process's own pid namespace only."""
    flags = kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC
    kernel.mount("proc", "/proc", "proc", flags)
