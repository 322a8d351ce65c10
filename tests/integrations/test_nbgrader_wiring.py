"""`grade nbgrader init`: written once, asked before changing, never breaking what it cannot read."""

from __future__ import annotations

import importlib
import os
import sys

import pytest
from click.testing import CliRunner

import cli
from autograder.errors import UserError
from autograder.integrations.nbgrader.wiring import configure, planned_change, write_change


@pytest.fixture
def nbgrader_course(tmp_path):
    """Give an empty folder for a course of nbgrader's."""
    folder = tmp_path / "class101"
    folder.mkdir()
    return folder


def _wire(folder, course):
    change = planned_change(folder, course)
    write_change(change)
    return change


def test_a_new_configuration_names_course_and_engine(nbgrader_course, tmp_path):
    """Where there is none, the configuration is complete: course id, root, and ours."""
    _wire(nbgrader_course, tmp_path / "mine")

    text = (nbgrader_course / "nbgrader_config.py").read_text()
    assert "c.CourseDirectory.course_id = 'class101'" in text
    assert f"    configure(c, course={str(tmp_path / 'mine')!r})" in text


def test_wiring_twice_changes_nothing(nbgrader_course, tmp_path):
    """A second time there is nothing to do."""
    _wire(nbgrader_course, tmp_path)

    assert not planned_change(nbgrader_course, tmp_path).needed


def test_wiring_anew_changes_our_lines_alone(nbgrader_course, tmp_path):
    """Another course replaces our block where it stands; the rest stays, before and after."""
    path = nbgrader_course / "nbgrader_config.py"
    _wire(nbgrader_course, tmp_path / "old")
    path.write_text(f"# mine\n{path.read_text()}c.Exchange.root = '/srv'\n")

    _wire(nbgrader_course, tmp_path / "new")

    text = path.read_text()
    assert text.startswith("# mine\n")
    assert text.endswith("# <<< torchgrade\nc.Exchange.root = '/srv'\n")
    assert text.count(">>> torchgrade") == 1
    assert "old" not in text.replace(str(tmp_path), "")


def test_a_configuration_keeps_what_it_says(nbgrader_course, tmp_path):
    """Our lines come last, and settings that they take the place of are named."""
    path = nbgrader_course / "nbgrader_config.py"
    path.write_text("c = get_config()\nc.ExchangeFactory.collect = 'mine'\n")
    path.chmod(0o640)

    change = _wire(nbgrader_course, tmp_path)

    assert change.replaced == ("c.ExchangeFactory.collect",)
    assert path.read_text().startswith("c = get_config()\nc.ExchangeFactory.collect = 'mine'\n\n#")
    assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("content", [b"c = (\n", b"\xff\xfe", b"c = '\0'\n"])
def test_a_configuration_that_cannot_be_read_is_not_touched(content, nbgrader_course, tmp_path):
    """It stays byte by byte, and the lines to add are said."""
    path = nbgrader_course / "nbgrader_config.py"
    path.write_bytes(content)

    with pytest.raises(UserError, match="stays as it is") as raised:
        planned_change(nbgrader_course, tmp_path)

    assert "configure(c, course=" in str(raised.value)
    assert path.read_bytes() == content


def test_the_command_asks_before_it_changes_a_file(nbgrader_course, course):
    """A no leaves the file as it is; `--yes` does not ask."""
    path = nbgrader_course / "nbgrader_config.py"
    path.write_text("c.Autograde.sanitize_preprocessors = []\n")
    arguments = ["--course", str(course.root), "nbgrader", "init", str(nbgrader_course)]

    refused = CliRunner().invoke(cli.main, arguments, input="n\n")
    before = path.read_text()
    done = CliRunner().invoke(cli.main, [*arguments, "--yes"])
    again = CliRunner().invoke(cli.main, arguments)

    assert refused.exit_code == 1
    assert "Ours then stand for: c.Autograde.sanitize_preprocessors" in refused.stderr
    assert before == "c.Autograde.sanitize_preprocessors = []\n"
    assert (done.exit_code, again.exit_code) == (0, 0)
    assert "is wired in" in done.stdout
    assert "is as it should be" in again.stdout


def test_a_configuration_that_cannot_be_written_is_said(nbgrader_course, tmp_path):
    """A folder in the way is one sentence."""
    change = planned_change(nbgrader_course, tmp_path)
    (nbgrader_course / "nbgrader_config.py").mkdir()

    with pytest.raises(UserError, match="Cannot write"):
        write_change(change)


def test_everything_that_the_configuration_names_is_there():
    """Every step is a class that can be imported, and nbgrader's own order is kept around ours."""
    pytest.importorskip("nbgrader")
    config = pytest.importorskip("traitlets.config").Config()
    converters = importlib.import_module("nbgrader.converters")

    configure(config, course="mine")

    steps = [*config.Autograde.sanitize_preprocessors, *config.Autograde.autograde_preprocessors]
    steps += [*config.GenerateAssignment.preprocessors, config.ExchangeFactory.collect]
    for step in steps:
        module, _, name = step.rpartition(".")
        assert hasattr(importlib.import_module(module), name)
    stand_ins = {"ClearSolutions": "KeepNotes"}
    theirs = [kind.__name__ for kind in converters.GenerateAssignment.preprocessors.default()]
    ours = [step.rpartition(".")[2] for step in config.GenerateAssignment.preprocessors]
    assert ours == [stand_ins.get(name, name) for name in theirs]
    assert config.GradeSubmission.course == "mine"


@pytest.mark.parametrize("installed", [True, False])
def test_where_torchgrade_is_gone_autograding_fails(
    installed, nbgrader_course, tmp_path, monkeypatch
):
    """The configuration stays readable, and names a step of ours that nbgrader must import."""
    config = pytest.importorskip("traitlets.config").Config()
    _wire(nbgrader_course, tmp_path)
    text = (nbgrader_course / "nbgrader_config.py").read_text()
    if not installed:
        monkeypatch.setitem(sys.modules, "autograder.integrations.nbgrader.wiring", None)

    exec(compile(text, "nbgrader_config.py", "exec"), {"c": config, "get_config": lambda: config})

    steps = config.Autograde.autograde_preprocessors
    assert "autograder.integrations.nbgrader.preprocessors.GradeSubmission" in steps
    assert (len(steps) > 1) is installed
    assert config.CourseDirectory.course_id == "class101"


def test_alembic_is_found_beside_python(monkeypatch, tmp_path):
    """nbgrader starts it by name; where no PATH has it, the folder of this Python is added."""
    config = pytest.importorskip("traitlets.config").Config()
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "alembic").write_text("")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bin" / "python"))
    monkeypatch.setenv("PATH", "/nowhere")

    configure(config)

    assert os.environ["PATH"] == f"/nowhere{os.pathsep}{tmp_path / 'bin'}"


def test_somebody_elses_hook_is_kept():
    """A hook that the configuration sets already stays."""
    config = pytest.importorskip("traitlets.config").Config()
    config.Autograde.pre_convert_hook = "mine.hook"

    configure(config)

    assert config.Autograde.pre_convert_hook == "mine.hook"
