"""The `grade` command: parse, call, show.

Every rule, path and format lives in the library. What is imported here at the top loads neither
torch, pytest, Jupyter nor numpy.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from autograder.desk import Commands, Desk, ExerciseId

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograder.course.exercise import Exercise

__all__ = ["main"]

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_WORK = click.Path(exists=True, path_type=Path)


def _json(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--json", "as_json", is_flag=True, help="Print JSON on stdout.")(command)


def _verbose(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("-v", "--verbose", is_flag=True, help="Show every check.")(command)


def _exercise(*, required: bool) -> Callable[..., Any]:
    name = "ID" if required else "[ID]"
    return click.argument("exercise", metavar=name, type=ExerciseId(), required=required)


def _print_version(ctx: click.Context, _param: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"torchgrade {version('torchgrade')}")
        ctx.exit()


@click.group(cls=Commands)
@click.option("--course", type=_FOLDER, help="The course, if not the one around this folder.")
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
def main(ctx: click.Context, course: Path | None, isolation: str | None) -> None:
    """Learn how PyTorch works by rebuilding it.

    Begin with 'grade list' and 'grade start ID'; 'grade check --watch' then runs at every save.
    """
    ctx.obj = Desk(course, isolation)


@main.command("list")
@_json
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
@_exercise(required=True)
@click.pass_obj
def start(desk: Desk, exercise: Exercise) -> None:
    """Put stub and lesson of ID here; your own files stay as they are."""
    click.echo(desk.workspace.start(exercise).in_words())


@main.command()
@_exercise(required=True)
@click.pass_obj
def reset(desk: Desk, exercise: Exercise) -> None:
    """Begin ID again; what you wrote is kept beside it."""
    moved = desk.workspace.reset(exercise)
    for path in moved:
        click.echo(f"What you wrote is in {path}.")
    click.echo(f"{exercise.id} is as it was at the start.")


@main.command()
@_exercise(required=False)
@click.option("--watch", is_flag=True, help="Run again at every save; q ends it.")
@_verbose
@_json
@click.pass_obj
def check(
    desk: Desk, exercise: Exercise | None, *, watch: bool, verbose: bool, as_json: bool
) -> None:
    """Run the public checks of ID, or of what you are at."""
    if watch and as_json:
        raise click.UsageError("--watch shows feedback as it comes; it does not go with --json.")
    exercise = exercise or desk.current()
    if watch:
        desk.watch(exercise, verbose=verbose)
        return
    report = desk.check(exercise)
    desk.show(report, exercise, as_json=as_json, verbose=verbose)
    desk.leave(report, otherwise=0 if report.passed else 1)


@main.command()
@_exercise(required=False)
@_json
@click.pass_obj
def hint(desk: Desk, exercise: Exercise | None, *, as_json: bool) -> None:
    """Show the next hint for ID, from vague to specific."""
    shown = desk.workspace.next_hint(exercise or desk.current())
    if as_json:
        desk.print_json({"version": 1, "left": shown.left, "hint": shown})
    else:
        desk.out.print(shown.in_words(), markup=False, highlight=False)


@main.command()
@_exercise(required=True)
@click.option("--from", "source", type=_WORK, help="Hand in this folder, .py, .zip or .tar.gz.")
@_verbose
@_json
@click.pass_obj
def submit(
    desk: Desk, exercise: Exercise, *, source: Path | None, verbose: bool, as_json: bool
) -> None:
    """Hand in ID, to be judged by the hidden suite."""
    report = desk.submit(exercise, source)
    desk.show(report, exercise, as_json=as_json, verbose=verbose)
    desk.leave(report, otherwise=0)


@main.command()
@_exercise(required=False)
@_verbose
@_json
@click.pass_obj
def feedback(desk: Desk, exercise: Exercise | None, *, verbose: bool, as_json: bool) -> None:
    """Show the last feedback again, on ID or of all."""
    exercise = exercise or desk.history.latest(desk.catalog)
    desk.show(desk.last(exercise), exercise, as_json=as_json, verbose=verbose)


@main.command()
@click.argument("exercises", metavar="[ID]...", type=ExerciseId(), nargs=-1)
@_json
@click.pass_obj
def audit(desk: Desk, exercises: tuple[Exercise, ...], *, as_json: bool) -> None:
    """Prove that the exercises are sound, or those named."""
    from autograder.listings import print_audits

    audits = desk.audit(exercises)
    is_sound = all(audited.sound for audited in audits)
    if as_json:
        desk.print_json({"version": 1, "sound": is_sound, "exercises": audits})
    else:
        print_audits(audits, desk.out)
    sys.exit(0 if is_sound else 1)


@main.command()
@click.argument("report", type=_FILE)
@click.option("--from", "source", type=_WORK, help="The files that it is said to be of.")
@click.option("--student", help="Whose it is said to be.")
@click.pass_obj
def verify(desk: Desk, report: Path, *, source: Path | None, student: str | None) -> None:
    """Say whether the REPORT (JSON) is genuine, and of these files."""
    objections = desk.objections(report, source, student)
    for objection in objections:
        click.echo(objection)
    if objections:
        sys.exit(1)
    click.echo("It is genuine, and made with the suite that is in force.")


@main.command()
@_json
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
@click.option("--from", "from_dir", type=_FOLDER, help="Your folder, if not this one.")
@click.option("--epochs", type=click.IntRange(1, 1000), default=10, show_default=True)
@click.option(
    "--out", type=click.Path(path_type=Path), default="out/training.png", show_default=True
)
@_json
@click.pass_obj
def train(desk: Desk, *, from_dir: Path | None, epochs: int, out: Path, as_json: bool) -> None:
    """Train a network on real digits with the code you wrote."""
    from autograder.listings import print_training
    from autograder.training import train

    result = train(from_dir or desk.workspace.root, desk.catalog, out, epochs)
    if as_json:
        desk.print_json({"version": 1, "training": result})
    else:
        print_training(result, desk.out)


@main.command()
@click.argument("shell", type=click.Choice(["bash", "fish", "zsh"]))
def completion(shell: str) -> None:
    """Print the script that completes names in SHELL."""
    from click.shell_completion import get_completion_class

    if kind := get_completion_class(shell):
        click.echo(kind(main, {}, "grade", "_GRADE_COMPLETE").source())


if __name__ == "__main__":
    main()
