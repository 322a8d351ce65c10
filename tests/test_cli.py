"""Every command parses, calls and shows; every end has its exit code."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import cli
from autograder import staff
from autograder.course.exercise import Suite
from autograder.errors import IsolationError

_SOURCE = Path(cli.__file__)
_HEAVY = (
    *("torch", "numpy", "pytest", "_pytest", "matplotlib", "sklearn", "sqlalchemy", "watchfiles"),
    *("IPython", "jupyter_core", "nbgrader", "notebook"),
    *("dask", "distributed"),
    *("autograder.grading", "autograder.judging", "autograder.sandbox"),
)


@pytest.mark.parametrize("arguments", [["--help"], ["list"], ["list", "--json"]])
def test_a_light_command_loads_nothing_heavy(course, arguments):
    """Help and the map load neither torch nor the engine, so they are there at once."""
    script = (
        f"import sys, cli; cli.main({arguments!r}, standalone_mode=False)\n"
        f"print([m for m in {_HEAVY!r} if m in sys.modules], file=sys.stderr)"
    )

    done = subprocess.run(
        [sys.executable, "-c", script],
        env={"PYTHONPATH": str(_SOURCE.parent), "TORCHGRADE_COURSE": str(course.root)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stderr.strip() == "[]"
    assert done.stdout


@pytest.mark.parametrize("module", [cli, staff])
def test_every_command_only_parses_calls_and_shows(module):
    """The file stays below 300 lines and the body of a command below 12."""
    source = Path(module.__file__).read_text()
    functions = [n for n in ast.parse(source).body if isinstance(n, ast.FunctionDef)]
    bodies = {f.name: f.end_lineno - f.body[0].lineno + 1 for f in functions}

    assert len(source.splitlines()) <= 300
    assert max(bodies.values()) <= 12


def test_every_command_has_help(grade):
    """Nobody has to read the source; a student's commands come first."""
    said = grade("--help").stdout
    lines = said[said.index("Commands:") :].splitlines()[1:]

    names = [line.split()[0] for line in lines]
    assert names[:4] == ["list", "start", "reset", "check"]
    assert all(len(line.split()) > 2 for line in lines)
    assert all(grade(name, "--help").exit_code == 0 for name in names)


def test_a_misspelt_command_is_suggested(grade):
    """A usage error exits with 2 and names the nearest command."""
    result = grade("chekc")

    assert result.exit_code == 2
    assert "'check'" in result.stderr


def test_a_misspelt_exercise_is_suggested(grade):
    """One line, no traceback."""
    result = grade("start", "addder")

    assert result.exit_code == 1
    assert result.stderr == "Error: No exercise named 'addder'. Did you mean 'adder'?\n"


def test_the_version_is_the_packages(monkeypatch):
    """`--version` needs no course."""
    monkeypatch.setattr("importlib.metadata.version", lambda name: f"1.2 of {name}")

    assert CliRunner().invoke(cli.main, ["--version"]).stdout == "torchgrade 1.2 of torchgrade\n"


def test_a_folder_that_is_no_course_is_said_so(home):
    """The option names the folder."""
    result = CliRunner().invoke(cli.main, ["--course", str(home), "list"])

    assert result.exit_code == 1
    assert "is no course" in result.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_the_shells_script(grade, shell):
    """The script calls `grade` back."""
    assert "_GRADE_COMPLETE" in grade("completion", shell).stdout


def test_the_shell_completes_ids(course, home):
    """Ids begin with what was typed; outside a course there are none, and no error."""
    env = {"_GRADE_COMPLETE": "bash_complete", "COMP_WORDS": "grade check d", "COMP_CWORD": "2"}

    def complete(root: Path) -> str:
        return (
            CliRunner()
            .invoke(
                cli.main, prog_name="grade", env={**env, "TORCHGRADE_COURSE": str(root)}, args=[]
            )
            .stdout
        )

    assert complete(course.root) == "plain,doubler\n"
    assert complete(home) == "\n"


def test_list_shows_the_map(grade):
    """The map follows the last submission."""
    grade("start", "adder")
    grade("submit", "adder")

    said = grade("list").stdout

    assert "✓  1 adder" in said
    assert "2/2" in said


def test_list_as_json_is_data_alone(grade):
    """Nothing but JSON is on stdout."""
    assert [e["id"] for e in json.loads(grade("list", "--json").stdout)["exercises"]] == [
        "adder",
        "doubler",
        "halver",
    ]


def test_start_puts_the_stub_into_the_folder(grade, home):
    """The sentence says what to do next."""
    result = grade("start", "adder")

    assert (home / "adder" / "adder.py").is_file()
    assert "grade check adder" in result.stdout


def test_reset_says_where_the_work_is(grade, home):
    """The kept file is named."""
    grade("start", "adder")
    (home / "adder" / "adder.py").write_text("mine")

    assert "adder.py.kept-1" in grade("reset", "adder").stdout


def test_check_runs_the_public_suite_on_the_students_folder(grade, home, fake_grader):
    """All passed is 0, and the report is kept."""
    grade("start", "adder")

    result = grade("check", "adder")

    assert result.exit_code == 0
    assert fake_grader.calls == [(home / "adder", "adder", Suite.PUBLIC)]
    assert "All 2 checks pass" in result.stdout
    assert (home / ".torchgrade" / "adder" / "1.json").is_file()


def test_check_without_an_id_is_about_what_was_begun(grade, fake_grader):
    """The exercise that is not finished is meant."""
    grade("start", "doubler")

    grade("check")

    assert fake_grader.calls[0][1] == "doubler"


def test_check_without_work_says_how_to_begin(grade, fake_grader):
    """The engine is not even asked."""
    result = grade("check", "adder")

    assert result.exit_code == 1
    assert result.stderr == "Error: You have no 'adder' here; begin with 'grade start adder'.\n"
    assert fake_grader.calls == []


def test_submit_runs_the_hidden_suite_and_says_what_it_takes(grade, home, fake_grader):
    """Name, size and digest are said before anything is judged, and not on stdout."""
    grade("start", "adder")
    (home / "adder" / "adder.py").write_text("abc")

    result = grade("submit", "adder")

    assert result.exit_code == 0
    assert fake_grader.calls == [(home / "adder", "adder", Suite.HIDDEN)]
    assert "adder.py  3 bytes  sha256:ba7816bf8f01cfea" in result.stderr
    assert "Handing in" not in result.stdout


def test_submit_takes_the_folder_that_was_named(grade, tmp_path, fake_grader):
    """`--from` needs no workspace."""
    other = tmp_path / "other"
    other.mkdir()
    (other / "adder.py").touch()

    grade("submit", "adder", "--from", str(other))

    assert fake_grader.calls[0][0] == other


def test_submit_without_a_hidden_suite_says_so(grade, fake_grader):
    """The public checks are offered instead."""
    grade("start", "halver")

    result = grade("submit", "halver")

    assert result.exit_code == 1
    assert "no hidden suite for 'halver'" in result.stderr
    assert "'grade check halver'" in result.stderr
    assert fake_grader.calls == []


def test_the_cage_that_was_asked_for_reaches_the_engine(grade, fake_grader):
    """`--isolation` is not swallowed."""
    grade("start", "adder")
    grade("--isolation", "none", "check", "adder")
    grade("check", "adder")

    assert fake_grader.isolation == ["none", None]


@pytest.mark.parametrize("command", ["check", "submit"])
def test_json_is_the_report_and_nothing_else(grade, command):
    """stdout is data, stderr is talk, and the seed is for staff."""
    grade("start", "adder")

    data = json.loads(grade(command, "adder", "--json").stdout)

    assert data["exercise"] == "adder"
    assert data["environment"]["seed"] is None


@pytest.mark.parametrize(
    ("kind", "codes"),
    [("passed", (0, 0)), ("failed", (1, 0)), ("ungradable", (1, 1)), ("errored", (3, 3))],
)
def test_the_exit_code_says_how_it_ended(grade, reports, fake_grader, kind, codes):
    """A score never fails a submission; trouble of ours is never a success."""
    grade("start", "adder")
    fake_grader.answers = [getattr(reports, kind)()]

    ended = grade("check", "adder"), grade("submit", "adder", "--json")

    assert tuple(result.exit_code for result in ended) == codes


def test_an_ungradable_submission_has_one_line_on_stderr(grade, reports, fake_grader):
    """The line says why, also beside JSON."""
    grade("start", "adder")
    fake_grader.answers = [reports.ungradable()]

    result = grade("check", "adder", "--json")

    assert result.stderr == "Error: not graded. adder.py: expected ':'.\n"
    assert json.loads(result.stdout)["gradable"] is False


@pytest.mark.parametrize("command", ["check", "submit"])
def test_a_report_that_cannot_be_kept_is_shown_all_the_same(grade, home, command):
    """A read-only folder costs the history, not the feedback."""
    grade("start", "adder")
    (home / ".torchgrade").rmdir()
    (home / ".torchgrade").write_text("")

    result = grade(command, "adder")

    assert result.exit_code == 0
    assert "All 2 checks pass" in result.stdout
    assert "This report could not be kept. Cannot write" in result.stderr


def test_hints_come_one_by_one(grade):
    """The next call shows the next hint."""
    assert grade("hint", "adder").stdout.startswith("Hint 1 of 2: a question")
    assert json.loads(grade("hint", "adder", "--json").stdout)["hint"]["number"] == 2


def test_feedback_shows_the_last_report_again(grade, reports, fake_grader):
    """Without an id the newest of all is meant; a failed report is no failed command."""
    grade("start", "adder")
    fake_grader.answers = [reports.failed()]
    shown = grade("submit", "adder").stdout

    again = grade("feedback")

    assert again.stdout == shown
    assert again.exit_code == 0
    assert json.loads(grade("feedback", "adder", "--json").stdout)["exercise"] == "adder"


@pytest.mark.parametrize("there_is_a_browser", [True, False])
def test_feedback_opens_in_the_browser(grade, home, monkeypatch, there_is_a_browser):
    """As a page, which lies beside the reports; where there is no browser, that is said."""
    opened = []
    monkeypatch.setattr("webbrowser.open", lambda url: opened.append(url) or there_is_a_browser)
    grade("start", "adder")
    grade("submit", "adder")

    result = grade("feedback", "adder", "--open")

    page = home / ".torchgrade" / "adder" / "feedback.html"
    assert opened == [page.resolve().as_uri()]
    assert page.read_text().startswith("<!doctype html>")
    assert ("No browser is to be had" in result.stderr) is not there_is_a_browser
    assert grade("feedback").exit_code == 0  # the page is no report


def test_feedback_is_written_as_a_page(grade, home):
    """Where one says."""
    grade("start", "adder")
    grade("submit", "adder")

    result = grade("feedback", "adder", "--html", "mine.html")

    assert result.stderr == "The feedback on 'adder' is in mine.html.\n"
    assert "</html>" in (home / "mine.html").read_text()


def test_feedback_without_a_report_says_what_to_run(grade):
    """There is nothing to show yet."""
    result = grade("feedback", "adder")

    assert result.exit_code == 1
    assert "run 'grade check adder'" in result.stderr


def test_watching_and_json_exclude_each_other(grade):
    """A stream of screens is no data."""
    assert grade("check", "adder", "--watch", "--json").exit_code == 2


def test_watch_begins_with_what_was_named(grade, monkeypatch):
    """The command hands over to the watch."""
    seen = []
    monkeypatch.setattr("autograder.watching.watch_exercise", lambda *a, **_: seen.append(a[3].id))
    grade("start", "doubler")

    assert grade("check", "doubler", "--watch").exit_code == 0
    assert seen == ["doubler"]


def test_what_a_person_can_put_right_is_one_line(grade, fake_grader):
    """A `UserError` of the engine is no traceback."""
    grade("start", "adder")
    fake_grader.answers = [IsolationError("No cage here.")]

    result = grade("check", "adder")

    assert (result.exit_code, result.stderr) == (1, "Error: No cage here.\n")


def test_a_bug_of_ours_is_a_traceback_and_says_so(grade, fake_grader):
    """Exit code 3 is for us to look at."""
    grade("start", "adder")
    fake_grader.answers = [ZeroDivisionError("ours")]

    result = grade("check", "adder")

    assert result.exit_code == 3
    assert "ZeroDivisionError: ours" in result.stderr
    assert "a bug in the grader" in result.stderr


def test_an_interruption_is_one_line(grade, home, fake_grader):
    """Ctrl-C ends with 130 and leaves the student's files as they were."""
    grade("start", "adder")
    fake_grader.answers = [KeyboardInterrupt()]

    result = grade("submit", "adder")

    assert result.exit_code == 130
    assert result.stderr.strip().splitlines()[-1].startswith("Interrupted;")
    assert "Traceback" not in result.stderr
    assert (home / "adder" / "adder.py").is_file()
