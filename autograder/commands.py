"""How the commands of `grade` speak and end: in the chosen language, with an exit code.

Their help is translated where it is shown, so that the commands themselves stay as they are
written. What Click itself says of a wrong command line is in English.
"""

from __future__ import annotations

import copy
import inspect
import re
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from autograder.course.catalog import Catalog
from autograder.course.rules import language_of
from autograder.desk import say
from autograder.errors import UserError
from autograder.language import chosen, marked, speaking, tr

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Commands"]

_STUDENT, _BUG, _INTERRUPTED = 1, 3, 130
_CLICKS_OWN = {
    "Options": marked("Options"),
    "Commands": marked("Commands"),
    "Usage: ": marked("Usage: "),
    "Show this message and exit.": marked("Show this message and exit."),
}
_EXTRA = re.compile(r"(?P<help>.*?)(?:  )?\[(?P<extra>[^]]*)\]", re.DOTALL)
"""The help of an option, and what Click adds in brackets."""


class _Formatter(click.HelpFormatter):
    """Writes help in the language that is spoken."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write how a command is called."""
        super().write_usage(prog, args, prefix or tr(_CLICKS_OWN["Usage: "]))

    def write_heading(self, heading: str) -> None:
        """Write the title of a list."""
        super().write_heading(tr(heading))

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """Write a list of options or commands."""
        super().write_dl([(name, _help(said)) for name, said in rows], col_max, col_spacing)


class _Context(click.Context):
    formatter_class = _Formatter


class Commands(click.Group):
    """Commands whose every end is an exit code and, where it is no success, one line."""

    context_class = _Context

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Choose the language before anything is said, then read the command line."""
        ctx.with_resource(speaking(_language(args)))
        try:
            return super().parse_args(ctx, args)
        except BaseException:
            ctx.close()  # Click closes only what was parsed
            raise

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of this name, its help in the language that is spoken."""
        command = super().get_command(ctx, cmd_name)
        return _translated(command) if command else None

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what all the commands are for."""
        click.Command.format_help_text(_translated(self), ctx, formatter)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the source: a student's first."""
        del ctx
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was named."""
        try:
            return super().invoke(ctx)
        except UserError as error:
            say(tr("Error: {error}", error=error))
            ctx.exit(_STUDENT)
        except KeyboardInterrupt:
            say(tr("\nInterrupted; your files and your earlier results are as they were."))
            ctx.exit(_INTERRUPTED)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception:  # noqa: BLE001 - whatever else it is, it is ours to put right
            traceback.print_exc()
            say(tr("Error: this is a bug in the grader, not in your code; please report it."))
            ctx.exit(_BUG)


def _help(said: str) -> str:
    found = _EXTRA.fullmatch(said)
    if not found:
        return tr(said)
    extra = found["extra"].replace("default: ", tr("default: "))
    return f"{tr(found['help'])}  [{extra}]".lstrip()


def _translated(command: click.Command) -> click.Command:
    """Return *command* with its help in the language that is spoken."""
    told = copy.copy(command)
    told.help = tr(inspect.cleandoc(command.help or "")) or None
    told.context_class = _Context
    return told


def _language(arguments: Sequence[str]) -> str:
    """Return the language that *arguments*, the environment, the course or the locale ask for."""
    course = _value_of("--course", arguments)
    return chosen(_value_of("--lang", arguments), lambda: _of_course(course))


def _of_course(named: str | None) -> str | None:
    try:
        return language_of(Catalog.find(Path(named) if named else None).root)
    except UserError:
        return None  # the command says what is wrong with it


def _value_of(option: str, arguments: Sequence[str]) -> str | None:
    """Return what stands after *option*; it is needed before the line is parsed, to say its help."""
    for argument, following in zip(arguments, [*arguments[1:], ""], strict=True):
        name, _, value = argument.partition("=")
        if name == option:
            return value or following
    return None
