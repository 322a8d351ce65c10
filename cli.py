"""The `grade` command: parse, call, show.

Every rule, path and format lives in the library. What is imported here at the top loads neither
torch, pytest, Jupyter nor numpy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from autograder import staff
from autograder.commands import Commands
from autograder.desk import Desk
from autograder.language import LANGUAGES, tr
from autograder.options import (
    FOLDER,
    NEW,
    TRACK,
    WORK,
    exercise_argument,
    json_option,
    verbose_option,
)

if TYPE_CHECKING:
    from pathlib import Path

    from autograder.course.exercise import Exercise

__all__ = ["main"]


def _print_version(ctx: click.Context, _param: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"torchgrade {version('torchgrade')}")
        ctx.exit()


@click.group(cls=Commands)
@click.option("--course", type=FOLDER, help="The course, if not the one around this folder.")
@click.option("--lang", type=click.Choice(LANGUAGES), help="The language, if not the usual one.")
@click.option(
    "--isolation",
    type=click.Choice(["full", "container", "none"]),
    help="The cage for student code, if not the best that this machine has.",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Show the version and exit.",
)
@click.pass_context
def main(ctx: click.Context, course: Path | None, lang: str | None, isolation: str | None) -> None:
    """Learn how PyTorch works by rebuilding it.

    Begin with 'grade list' and 'grade start ID'; 'grade check --watch' then runs at every save.
    """
    del lang  # `Commands` has chosen it, before there was anything to say
    ctx.obj = Desk(course, isolation)


@main.command("list")
@json_option
@click.pass_obj
def list_(desk: Desk, *, as_json: bool) -> None:
    """Show the exercises in order, and where you stand."""
    from autograder.results import overview

    rows = [(exercise, desk.history.standing(exercise)) for exercise in desk.catalog]
    if as_json:
        desk.print_json(overview.as_data(rows))
    else:
        overview.print_map(rows, desk.out)


@main.command()
@exercise_argument(required=True)
@click.pass_obj
def start(desk: Desk, exercise: Exercise) -> None:
    """Put stub and lesson of ID here; your own files stay as they are."""
    click.echo(desk.workspace.start(exercise).in_words())


@main.command()
@exercise_argument(required=True)
@click.pass_obj
def reset(desk: Desk, exercise: Exercise) -> None:
    """Begin ID again; what you wrote is kept beside it."""
    moved = desk.workspace.reset(exercise)
    for path in moved:
        click.echo(tr("What you wrote is in {path}.", path=path))
    click.echo(tr("{id} is as it was at the start.", id=exercise.id))


@main.command()
@exercise_argument(required=False)
@click.option("--watch", is_flag=True, help="Run again at every save; q ends it.")
@verbose_option
@json_option
@click.pass_obj
def check(
    desk: Desk, exercise: Exercise | None, *, watch: bool, verbose: bool, as_json: bool
) -> None:
    """Run the public checks of ID, or of what you are at."""
    if watch and as_json:
        raise click.UsageError(
            tr("--watch shows feedback as it comes; it does not go with --json.")
        )
    exercise = exercise or desk.current()
    if watch:
        desk.watch(exercise, verbose=verbose)
        return
    report = desk.check(exercise)
    desk.show(report, exercise, as_json=as_json, verbose=verbose)
    desk.leave(report, otherwise=0 if report.passed else 1)


@main.command()
@exercise_argument(required=False)
@json_option
@click.pass_obj
def hint(desk: Desk, exercise: Exercise | None, *, as_json: bool) -> None:
    """Show the next hint for what failed first in ID, or of its lesson."""
    shown = desk.hint(exercise or desk.current())
    if as_json:
        desk.print_json({"version": 1, "left": shown.left, "hint": shown})
    else:
        desk.out.print(shown.in_words(), markup=False, highlight=False)


@main.command()
@exercise_argument(required=True)
@click.option("--from", "source", type=WORK, help="Hand in this folder, .py, .zip or .tar.gz.")
@verbose_option
@json_option
@click.pass_obj
def submit(
    desk: Desk, exercise: Exercise, *, source: Path | None, verbose: bool, as_json: bool
) -> None:
    """Hand in ID, to the hidden suite or through nbgrader's exchange."""
    if not exercise.has_hidden_suite:
        desk.hand_in(exercise, source, as_json=as_json)
        return
    report = desk.submit(exercise, source)
    desk.show(report, exercise, as_json=as_json, verbose=verbose)
    desk.leave(report, otherwise=0)


@main.command()
@exercise_argument(required=False)
@click.option("--open", "in_browser", is_flag=True, help="Show it in the browser, with pictures.")
@click.option("--html", type=NEW, help="Write it as a page of its own.")
@verbose_option
@json_option
@click.pass_obj
def feedback(desk: Desk, /, exercise: Exercise | None, **how: Any) -> None:
    """Show the newest feedback, on ID or of all."""
    desk.feedback(exercise, **how)


@main.command()
@json_option
@click.pass_obj
def doctor(desk: Desk, *, as_json: bool) -> None:
    """Say what works on this machine, and what to do about the rest."""
    from autograder.doctor import examine
    from autograder.listings import print_findings

    findings = examine(desk.catalog)
    if as_json:
        desk.print_json({"version": 1, "findings": findings})
    else:
        print_findings(findings, desk.out)


@main.command()
@click.option("--from", "from_dir", type=FOLDER, help="Your folder, if not this one.")
@click.option("--milestone", type=TRACK, help="Which training, if not the furthest that runs.")
@click.option("--data", type=click.Choice(["digits", "mnist"]), default="digits", show_default=True)
@click.option("--epochs", type=click.IntRange(1, 1000), default=10, show_default=True)
@click.option("--out", type=NEW, default="out/training.png", show_default=True)
@json_option
@click.pass_obj
def train(desk: Desk, /, *, from_dir: Path | None, out: Path, as_json: bool, **how: Any) -> None:
    """Train a network on real digits with the code you wrote."""
    from autograder.training.display import show_training

    session = desk.training(from_dir, **how)
    if as_json:
        desk.print_json({"version": 1, "training": session.run(out)})
    else:
        show_training(session, out, desk.out)


@main.command()
@click.argument("shell", type=click.Choice(["bash", "fish", "zsh"]))
def completion(shell: str) -> None:
    """Print the script that completes names in SHELL."""
    from click.shell_completion import get_completion_class

    if kind := get_completion_class(shell):
        click.echo(kind(main, {}, "grade", "_GRADE_COMPLETE").source())


for command in staff.COMMANDS:
    main.add_command(command)


if __name__ == "__main__":
    main()
