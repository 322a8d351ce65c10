"""A collected check: one pytest item with its part, its device, and its place in the order."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import msgspec

from autograder.course.exercise import PARTS
from autograder.errors import did_you_mean
from autograder.judging.check import Check, check_of
from autograder.results.report import CheckReport, Speed, Where
from autograder.results.verdict import Verdict

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from autograder.results.picture import Picture

__all__ = ["DEVICE", "CheckItem", "SuiteError", "in_order", "item_of", "part_of"]

DEVICE = "_device"
"""The parameter by which an item knows its device."""
_ON_CPU = SimpleNamespace(params={})


class SuiteError(Exception):
    """A suite is not as it should be: duplicate names, an unknown `requires`, a cycle."""


class CheckItem(msgspec.Struct, frozen=True, kw_only=True):
    """One collected check, with the part it belongs to and the device that it runs on."""

    check: Check
    part: str
    device: str = "cpu"
    absent: str | None = None
    """Why that device is not to be had here: then the check is worth nothing."""

    @property
    def points(self) -> float:
        """What it is worth here."""
        return 0.0 if self.absent else self.check.points

    def report(
        self,
        verdict: Verdict,
        message: str | None = None,
        *,
        seconds: float = 0.0,
        hint: str | None = None,
        where: Where | None = None,
        output: str | None = None,
        builds_on: str | None = None,
        speed: Speed | None = None,
        picture: Picture | None = None,
    ) -> CheckReport:
        """Return this check's entry in a report."""
        passed = verdict is Verdict.PASSED
        return CheckReport(
            check=self.check.name,
            part=self.part,
            verdict=verdict,
            earned=self.points if passed else 0.0,
            possible=self.points,
            title=self.check.title,
            message=message,
            hint=None if passed else hint or self.check.hint,
            where=where,
            output=output or None,
            builds_on=builds_on,
            device=self.device,
            seconds=round(seconds, 4),
            speed=speed,
            picture=picture,
        )


def item_of(item: pytest.Item) -> CheckItem | None:
    """Return the check that *item* is, or None for a test that is not ours."""
    check = check_of(getattr(item, "function", None))
    if check is None:
        return None
    device = getattr(item, "callspec", _ON_CPU).params.get(DEVICE, "cpu")
    absent = None
    if device != "cpu":
        from autograder.sandbox.devices import reason_without

        absent = reason_without(device)
        check = msgspec.structs.replace(
            check,
            name=f"{check.name}_on_{device}",
            title=f"On {device.upper()}: {check.title}",
            requires=(*check.requires, check.name),
        )
    return CheckItem(check=check, part=part_of(check, item.path), device=device, absent=absent)


def part_of(check: Check, path: Path) -> str:
    """Return what `@check` says, else what the file's name says (`test_parity.py`)."""
    by_name = path.stem.removeprefix("test_")
    return check.part or (by_name if by_name in PARTS else PARTS[0])


def in_order(items: list[pytest.Item], *, whole: bool = True) -> list[pytest.Item]:
    """Return *items* with every check after those that it requires, otherwise as written.

    Args:
        items: What was collected.
        whole: Whether that is a whole suite; in a part of one a required check may be missing.

    Raises:
        SuiteError: If names are not unique, a required check does not exist, or some go in a circle.
    """
    by_name: dict[str, pytest.Item] = {}
    for item in items:
        found = item_of(item)
        if found is not None and by_name.setdefault(found.check.name, item) is not item:
            raise SuiteError(f"two checks are named {found.check.name!r}")
    ordered: dict[str, pytest.Item] = {}

    def place(name: str, path: tuple[str, ...]) -> None:
        if name in ordered:
            return
        if name in path:
            raise SuiteError(f"checks require each other in a circle: {' → '.join((*path, name))}")
        found = item_of(by_name[name])
        for required in found.check.requires if found else ():
            if required in by_name:
                place(required, (*path, name))
            elif whole:
                near = did_you_mean(required, by_name)
                raise SuiteError(
                    f"check {name!r} requires {required!r}, which does not exist.{near}"
                )
        ordered[name] = by_name[name]

    for name in by_name:
        place(name, ())
    return list(ordered.values())
