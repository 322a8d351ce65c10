"""The commands of those who write exercises and judge a class: parse, call, show.

As in `cli.py`, nothing heavy is imported before a command asks for it.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from autograder.course.exercise import Track
from autograder.options import (
    FILE,
    FOLDER,
    NEW,
    WORK,
    ExerciseId,
    exercises_argument,
    json_option,
    ledger_option,
)

if TYPE_CHECKING:
    from pathlib import Path

    from autograder.course.exercise import Exercise
    from autograder.desk import Desk

__all__ = ["COMMANDS"]

_FORMS = ("nbgrader", "gradescope", "csv", "junit")
_LAYOUTS = (
    "DIR has <student>/<exercise>/, as nbgrader's 'submitted', or archives in the place of either. "
    "It may be a table (.csv) with the columns student, exercise, path and received_at."
)


@click.command()
@click.argument("exercise_id", metavar="ID")
@click.option("--title", help="What lists call it; by default the id in words.")
@click.option(
    "--track", type=click.Choice([t.value for t in Track]), default="lesson", show_default=True
)
@click.option("--order", type=int, help="Its place in the course; by default after the last.")
@click.option(
    "--minutes", type=int, nargs=2, default=(10, 15), metavar="LOW HIGH", show_default=True
)
@click.pass_obj
def new(desk: Desk, /, exercise_id: str, **facts: Any) -> None:
    """Make the skeleton of an exercise with this ID, as a draft to be filled."""
    from autograder.course.scaffold import create

    click.echo(create(desk.catalog, exercise_id, **facts).in_words())


@click.command()
@exercises_argument
@click.option(
    "--draws",
    type=click.IntRange(1, 1000),
    default=1,
    help="Draw inputs so often, to find checks that only mostly hold.",
)
@json_option
@click.pass_obj
def audit(desk: Desk, exercises: tuple[Exercise, ...], *, draws: int, as_json: bool) -> None:
    """Prove that the exercises are sound, or those named."""
    from autograder.listings import print_audits

    audits = desk.audit(exercises, draws=draws)
    is_sound = all(audited.sound for audited in audits)
    if as_json:
        desk.print_json({"version": 1, "sound": is_sound, "exercises": audits})
    else:
        print_audits(audits, desk.out)
    sys.exit(0 if is_sound else 1)


@click.command()
@exercises_argument
@click.option(
    "--runs", type=click.IntRange(1, 100), default=3, help="Timings of each, idle and loaded."
)
@click.option("--fresh", is_flag=True, help="Measure again what is known and has not changed.")
@click.option("--out", type=NEW, default="out/calibration", show_default=True)
@json_option
@click.pass_obj
def calibrate(
    desk: Desk, exercises: tuple[Exercise, ...], *, runs: int, fresh: bool, out: Path, as_json: bool
) -> None:
    """Measure the margins of the speed limits on this machine.

    What is known is kept: a calibration that was broken off goes on where it stopped.
    """
    from autograder.listings import print_margins

    measured = desk.calibrate(exercises, pictures=out, runs=runs, fresh=fresh)
    if as_json:
        desk.print_json({"version": 1, "exercises": measured})
    else:
        print_margins(measured, out, desk.out)
    sys.exit(0 if all(one.sound for one in measured) else 1)


@click.command()
@click.argument("report", type=FILE)
@click.option("--from", "source", type=WORK, help="The files that it is said to be of.")
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


@click.command()
@exercises_argument
@click.option("--out", type=NEW, help="Where folder and zip go, if not to out/release.")
@click.option(
    "--nbgrader", "course", type=FOLDER, help="Write assignments of this nbgrader course."
)
@click.option("--as", "name", help="Make one assignment of all of them, with this name.")
@click.option("--replace", is_flag=True, help="Replace a notebook that was changed by hand.")
@json_option
@click.pass_obj
def release(
    desk: Desk,
    exercises: tuple[Exercise, ...],
    *,
    out: Path | None,
    course: Path | None,
    name: str | None,
    replace: bool,
    as_json: bool,
) -> None:
    """Write what students get, or assignments for nbgrader."""
    if name and not course:
        raise click.UsageError("--as names an assignment; it goes with --nbgrader.")
    written = desk.release(exercises, out=out, course=course, name=name, replace=replace)
    if as_json:
        desk.print_json({"version": 1, "released": written})
    else:
        click.echo("\n".join(thing.in_words() for thing in written))


@click.group()
def nbgrader() -> None:
    """Let a course of nbgrader's be graded by torchgrade."""


@nbgrader.command("init")
@click.argument("course", type=FOLDER)
@click.option("--yes", is_flag=True, help="Change a configuration that is there without asking.")
@click.pass_obj
def init(desk: Desk, course: Path, *, yes: bool) -> None:
    """Wire torchgrade into the nbgrader course in the folder COURSE."""
    click.echo(desk.wire(course, yes=yes).in_words())


@nbgrader.command("mend")
@click.argument("course", type=FOLDER)
def mend(course: Path) -> None:
    """Put a notebook where a submission has none that can be read.

    nbgrader skips a submission without one, though its files could be graded.
    """
    from autograder.integrations.nbgrader.mending import mend_all

    mended = tuple(mend_all(course))
    click.echo("\n".join(mended) or "Every submission has its notebook.")


@click.command("class", epilog=_LAYOUTS)
@click.argument("place", metavar="DIR", type=WORK)
@click.option("--exercise", "exercises", type=ExerciseId(), multiple=True, help="Only this one.")
@click.option(
    "--only", type=click.Choice(["failed"]), help="Only what the grader had trouble with."
)
@click.option("--regrade", is_flag=True, help="Grade again what is graded; the ledger keeps both.")
@click.option("--jobs", type=click.IntRange(1, 1024), help="How many at a time; else one a core.")
@click.option("--scheduler", metavar="ADDRESS", help="Grade on the Dask cluster of this scheduler.")
@click.option("--unencrypted", is_flag=True, help="Accept a cluster that is reached without TLS.")
@click.option("--out", type=NEW, default="out/class", show_default=True)
@ledger_option
@json_option
@click.pass_obj
def class_(desk: Desk, /, place: Path, *, out: Path, as_json: bool, **how: Any) -> None:
    """Grade every submission below DIR, and go on where it stopped."""
    from autograder.class_table import print_class

    outcome = desk.grade_class(place, out=out, **how)
    if as_json:
        desk.print_json({"version": 1, "class": outcome})
    else:
        print_class(outcome, desk.rules, out, desk.out)
    sys.exit(outcome.exit_code)


@click.group()
def ledger() -> None:
    """Look after the submissions and reports that are kept."""


@ledger.command("check")
@ledger_option
@json_option
@click.pass_obj
def check_ledger(desk: Desk, *, ledger: str | None, as_json: bool) -> None:
    """Verify every file, seal and number in the ledger."""
    from autograder.class_table import print_checked

    checked = desk.check_ledger(ledger)
    if as_json:
        desk.print_json({"version": 1, "sound": checked.sound, "ledger": checked})
    else:
        print_checked(checked, desk.out)
    sys.exit(0 if checked.sound else 1)


@click.command(epilog="With an ID it shows the checks of that exercise, too.")
@exercises_argument
@click.option("--csv", "tables", type=NEW, metavar="DIR", help="Write tables to this folder.")
@click.option("--html", "page", type=NEW, metavar="FILE", help="Write a page with plots.")
@ledger_option
@json_option
@click.pass_obj
def report(
    desk: Desk,
    exercises: tuple[Exercise, ...],
    *,
    tables: Path | None,
    page: Path | None,
    ledger: str | None,
    as_json: bool,
) -> None:
    """Show how the class did: scores, checks, mistakes, attempts, speed."""
    from autograder.reporting import keep, survey_class
    from autograder.survey.terminal import print_survey

    survey = survey_class(desk.catalog, ledger, exercises)
    for written in keep(survey, page=page, tables=tables):
        click.echo(written, err=True)
    if as_json:
        desk.print_json({"version": 1, "survey": survey})
    elif not (page or tables):
        print_survey(survey, desk.out, in_full=bool(exercises))


@click.command()
@click.argument("form", metavar="FORMAT", type=click.Choice(_FORMS))
@exercises_argument
@click.option("--out", type=NEW, metavar="DIR", help="Where to, if not to out/export/FORMAT.")
@ledger_option
@json_option
@click.pass_obj
def export(
    desk: Desk, /, form: str, out: Path | None, ledger: str | None, *, as_json: bool, **of: Any
) -> None:
    """Write the grades that count as FORMAT: nbgrader, gradescope, csv or junit."""
    from autograder.reporting import export_class

    written = export_class(desk.catalog, ledger, of["exercises"], form, out)
    if as_json:
        desk.print_json({"version": 1, "export": written})
    else:
        click.echo(written.in_words())


COMMANDS: tuple[click.Command, ...] = (
    new,
    audit,
    calibrate,
    release,
    class_,
    report,
    export,
    ledger,
    verify,
    nbgrader,
)
