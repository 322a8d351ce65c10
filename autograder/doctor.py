"""What works on this machine, and what to do about what does not."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from autograder.errors import UserError
from autograder.results.layout import count
from autograder.sandbox.custody import ForkServer, SandboxError, Worker
from autograder.sandbox.isolation import Level
from autograder.sandbox.limits import WorkerLimits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autograder.course.catalog import Catalog

__all__ = ["Finding", "examine"]

_REMEDIES = {
    "namespaces": "Allow unprivileged user namespaces, or run outside this container; until then "
    "level 'container' is used.",
    "landlock": "Use Linux 5.13 or later with 'landlock' among the security modules (lsm=).",
    "seccomp": "Install libseccomp (Debian: apt-get install libseccomp2).",
    "user": "Install Python where every user can read it, or do not run as root.",
}


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that works here or does not."""

    name: str
    ok: bool
    detail: str
    remedy: str | None = None


def examine(catalog: Catalog) -> tuple[Finding, ...]:
    """Try everything that grading needs, for real, and say how it went."""
    cage = tuple(_cage())
    return (
        _python(),
        *cage,
        *_hidden_files(catalog, cage),
        _cuda(),
        _nbgrader(),
        _course(catalog),
        _secret(catalog),
        *_ledger(catalog),
    )


def _python() -> Finding:
    version = sys.version.split()[0]
    return Finding(name="python", ok=sys.version_info >= (3, 11), detail=version)


def _cage() -> Iterator[Finding]:
    try:
        with ForkServer() as server:
            info = server.info
            with Worker(server.control, WorkerLimits()) as worker:
                layers = worker.ready.layers
    except (UserError, SandboxError) as error:
        yield Finding(
            name="cage", ok=False, detail=str(error), remedy="Report this with the lines above."
        )
        return
    yield Finding(name="torch", ok=True, detail=info.torch)
    yield Finding(
        name="isolation level",
        ok=info.level is not Level.NONE,
        detail=info.level.value,
        remedy=None
        if info.level is not Level.NONE
        else "Hidden suites need Linux with Landlock and seccomp; checking your own work goes on.",
    )
    yield Finding(name="cage layers", ok=bool(layers), detail=", ".join(layers))
    for layer, reason in info.absent.items():
        remedy = _REMEDIES.get(layer.partition(" ")[0])
        yield Finding(name=layer, ok=False, detail=reason, remedy=remedy)
    yield Finding(
        name="cgroup",
        ok=False,
        detail=_cgroups(),
        remedy=None,
    )


def _cgroups() -> str:
    """Say what control groups there are; none is used."""
    controllers = Path("/sys/fs/cgroup/cgroup.controllers")
    try:
        found = controllers.read_text(encoding="ascii").split()
    except OSError:
        found = []
    delegated = {"memory", "pids"} <= set(found) and os.access(controllers.parent, os.W_OK)
    here = "delegated here, but not used" if delegated else "not delegated here, and not used"
    return f"cgroup v2 is {here}: memory and processes are limited by setrlimit"


def _hidden_files(catalog: Catalog, cage: tuple[Finding, ...]) -> Iterator[Finding]:
    """Say who can learn that a hidden file exists, where the kernel hides only what it holds."""
    folder = catalog.root / "solutions"
    levels = {f.detail for f in cage if f.name == "isolation level"}
    if levels != {Level.CONTAINER.value} or not folder.is_dir():
        return
    own_users = os.geteuid() == 0 and not any(f.name == "user" for f in cage)
    hidden = own_users and any(
        not place.stat().st_mode & 0o001 for place in (folder, *folder.parents)
    )
    yield Finding(
        name="hidden files",
        ok=hidden,
        detail="their names and sizes are hidden, too"
        if hidden
        else "a submission that knows a path learns whether a file is there, and its size and times",
        remedy=None
        if hidden
        else f"Run 'chmod 700 {folder}' and grade as root, so that workers are other users; "
        "or use level full.",
    )


def _cuda() -> Finding:
    present = os.path.exists("/dev/nvidiactl")  # noqa: PTH110 - a device, not a file of ours
    detail = "a device is here" if present else "no device; checks for it are skipped"
    return Finding(name="cuda", ok=True, detail=detail)


def _nbgrader() -> Finding:
    found = importlib.util.find_spec("nbgrader") is not None
    return Finding(
        name="nbgrader",
        ok=True,
        detail="installed" if found else "not installed (only needed for courses in nbgrader)",
    )


def _course(catalog: Catalog) -> Finding:
    exercises = catalog.exercises
    hidden = sum(e.has_hidden_suite for e in exercises)
    return Finding(
        name="course",
        ok=bool(exercises),
        detail=f"{catalog.root}: {len(exercises)} exercises, {hidden} with a hidden suite",
    )


def _secret(catalog: Catalog) -> Finding:
    path = catalog.root / "solutions" / ".secret"
    if "TORCHGRADE_SECRET" in os.environ:
        return Finding(name="course secret", ok=True, detail="from TORCHGRADE_SECRET")
    if path.exists():
        return Finding(name="course secret", ok=True, detail=str(path))
    if not path.parent.is_dir():
        return Finding(name="course secret", ok=True, detail="not needed: no hidden suite here")
    return Finding(name="course secret", ok=True, detail="will be made at the first grading")


def _ledger(catalog: Catalog) -> Iterator[Finding]:
    """Say whether the ledger can be used, where this is a machine that grades classes."""
    if not any(exercise.has_hidden_suite for exercise in catalog.exercises):
        return
    from autograder.course.rules import Rules
    from autograder.ledger.opening import place_of
    from autograder.ledger.store import Ledger

    try:
        place = place_of(catalog, rules := Rules.of(catalog))
        if "://" not in place and not Path(place).exists():
            detail = "none yet; the first 'grade class' makes it"
            yield Finding(name="ledger", ok=True, detail=detail)
            return
        with Ledger(place, rules) as ledger:
            entries = tuple(ledger.entries())
    except UserError as error:
        remedy = "Name another with $TORCHGRADE_LEDGER, or in course.toml."
        yield Finding(name="ledger", ok=False, detail=str(error), remedy=remedy)
        return
    waiting = sum(not entry.is_graded for entry in entries)
    where = "in PostgreSQL" if "://" in place else place
    has = f"{count(len(entries), 'submission')}, {waiting} without a report that counts"
    yield Finding(name="ledger", ok=True, detail=f"{where}: {has}")
