"""Arguments and options that several `grade` commands share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from autograder.course.exercise import Track
from autograder.desk import Desk
from autograder.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.shell_completion import CompletionItem

    from autograder.course.exercise import Exercise

__all__ = [
    "FILE",
    "FOLDER",
    "NEW",
    "TRACK",
    "WORK",
    "ExerciseId",
    "exercise_argument",
    "exercises_argument",
    "json_option",
    "ledger_option",
    "verbose_option",
]

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
WORK = click.Path(exists=True, path_type=Path)
NEW = click.Path(path_type=Path)
TRACK = click.Choice([track.value for track in Track])


class ExerciseId(click.ParamType):  # type: ignore[type-arg]  # generic from click 8.5 only
    """An id on the command line, an `Exercise` in the command; the shell completes it."""

    name = "id"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Exercise:
        """Look the id up; an unknown one is a `UserError` that names the nearest."""
        del param
        desk = ctx.find_object(Desk) if ctx else None
        return (desk or Desk()).catalog[value]

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Return the ids that begin with *incomplete*; outside a course there are none."""
        from click.shell_completion import CompletionItem

        del param
        try:
            exercises = Desk(ctx.find_root().params.get("course")).catalog.exercises
        except UserError:
            return []
        matching = (e for e in exercises if e.id.startswith(incomplete))
        return [CompletionItem(e.id, help=e.summary) for e in matching]


def json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Let *command* print its data as JSON."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON on stdout.")(command)


def ledger_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Let *command* take another ledger than the course's."""
    words = "The ledger, a path or a URL of PostgreSQL, if not the course's."
    return click.option("--ledger", metavar="PLACE", help=words)(command)


def verbose_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Let *command* show every check."""
    return click.option("-v", "--verbose", is_flag=True, help="Show every check.")(command)


def exercise_argument(*, required: bool) -> Callable[..., Any]:
    """Let a command take the id of one exercise."""
    name = "ID" if required else "[ID]"
    return click.argument("exercise", metavar=name, type=ExerciseId(), required=required)


def exercises_argument(command: Callable[..., Any]) -> Callable[..., Any]:
    """Let *command* take the ids of any number of exercises."""
    argument = click.argument("exercises", metavar="[ID]...", type=ExerciseId(), nargs=-1)
    return argument(command)
