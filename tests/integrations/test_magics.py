"""`%grade` and `%%exercise`, and the cells of a released notebook, in a real shell."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("IPython")

from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from autograder.course.catalog import Catalog
from autograder.errors import UserError
from autograder.integrations import cells
from autograder.integrations.nbgrader.assignment import write_source

_TINY = Path(__file__).parents[1] / "tiny_course"
_RIGHT = (_TINY / "solutions/counter/counter.py").read_text()


@pytest.fixture
def assignment(tmp_path, monkeypatch):
    """Give a fetched assignment, and go there, as a notebook's process does."""
    folder = write_source(Catalog(_TINY).exercises, tmp_path, "counter").folder
    monkeypatch.chdir(folder)
    monkeypatch.delenv("TORCHGRADE_COURSE", raising=False)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    monkeypatch.setattr(cells, "_judged", {})
    return folder


@pytest.fixture
def shell(assignment):  # noqa: ARG001 - a shell works in the assignment
    """Give a shell with the extension loaded."""
    shell = InteractiveShell.instance()
    shell.run_line_magic("load_ext", "autograder")
    yield shell
    shell.run_line_magic("unload_ext", "autograder")
    InteractiveShell.clear_instance()


def test_a_check_is_rich_in_a_notebook_and_text_elsewhere(shell, capsys):
    """The object that `%grade check` gives shows itself both ways, once."""
    with capture_output() as captured:
        shell.run_cell("%grade check counter")
    (shown,) = captured.outputs
    shell.run_cell("%grade check counter")

    assert "<div" in shown.data["text/html"]
    assert capsys.readouterr().out.endswith(f": {shown.data['text/plain']}\n")
    assert "Still to write" in shown.data["text/plain"]
    assert "Counter.add: remember x" in shown.data["text/plain"]


def test_a_cell_becomes_the_file(shell, assignment, capsys):
    """`%%exercise` writes the stub's file, keeps what somebody wrote, and names what comes next."""
    path = assignment / "counter.py"

    shell.run_cell_magic("exercise", "counter", "first = 1\n")
    shell.run_cell_magic("exercise", "counter", "second = 2\n")
    kept = list(assignment.glob("*.kept-*"))
    path.write_text("written in an editor\n")
    shell.run_cell_magic("exercise", "counter", "third = 3\n")

    assert kept == []
    assert path.read_text() == "third = 3\n"
    assert (assignment / "counter.py.kept-1").read_text() == "written in an editor\n"
    assert "Next: %grade check counter" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("magic", "line", "said"),
    [
        ("grade", "check cuonter", "Did you mean 'counter'"),
        ("exercise", "", "Name the exercise"),
        ("exercise", "cuonter", "Did you mean 'counter'"),
        ("exercise", "counter other.py", "has no file 'other.py'"),
    ],
)
def test_what_a_student_can_put_right_is_one_sentence(magic, line, said, shell):
    """A misspelt name is no traceback."""
    run, rest = shell.run_line_magic, ()
    if magic == "exercise":
        run, rest = shell.run_cell_magic, ("x = 1\n",)

    with pytest.raises(UsageError, match=said):
        run(magic, line, *rest)


def test_any_other_command_runs_as_on_the_terminal(shell, assignment, capsys):
    """`%grade list` prints what `grade list` prints, whatever lies in the student's folder."""
    (assignment / "cli.py").write_text("raise SystemExit('the student's own')\n")

    shell.run_line_magic("grade", "list")

    assert "counter" in capsys.readouterr().out


def test_handing_in_without_a_suite_or_an_exchange_says_so(shell, monkeypatch, tmp_path, capsys):
    """`%grade submit` says what the command says."""
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "none"))

    shell.run_line_magic("grade", "submit counter")

    assert "no hidden suite for 'counter'" in capsys.readouterr().out


def test_a_part_that_is_not_right_raises(shell, assignment, capsys):
    """A grade cell shows the public checks of its part, and nbgrader's Validate sees it fail."""
    with pytest.raises(
        cells.NotPassedError, match=r"counter, correctness: 0 of \d public"
    ) as caught:
        cells.part("counter", "correctness")
    (assignment / "counter.py").write_text(_RIGHT)
    cells.part("counter", "correctness")
    cells.part("counter", "parity")

    assert caught.value._render_traceback_() == [str(caught.value)]
    assert "No public check is about parity" in capsys.readouterr().out
    assert len(cells._judged) == 2
    assert shell is not None


def test_a_file_that_does_not_parse_raises(shell, assignment):
    """What cannot be judged has not passed."""
    (assignment / "counter.py").write_text("def (")

    with pytest.raises(cells.NotPassedError, match="not judged"):
        cells.part("counter", "correctness")

    assert shell is not None


def test_a_grade_cell_refuses_to_be_executed_for_points(assignment, monkeypatch):
    """Where nbgrader executes it to grade, the plug-in is missing, and nobody gets points."""
    (assignment / "counter.py").write_text(_RIGHT)
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")

    with pytest.raises(cells.NotWiredInError, match="grade nbgrader init"):
        cells.part("counter", "correctness")


def test_nothing_to_judge_is_a_sentence(assignment):
    """Without the file, the cell says how to begin."""
    (assignment / "counter.py").unlink()

    with pytest.raises(UserError, match="begin with 'grade start counter'"):
        cells.part("counter", "correctness")
