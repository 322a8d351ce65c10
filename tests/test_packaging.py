"""What is handed out holds no secret: the wheel, and a copy of `assignments/`."""

from __future__ import annotations

import ast
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from autograder.course.catalog import Catalog
from autograder.course.reading import functions

if TYPE_CHECKING:
    from autograder.course.exercise import Exercise

_ROOT = Path(__file__).resolve().parents[1]
_EXERCISES = Catalog(_ROOT).exercises
_THE_ONLY_WAY = {
    *("return len(self.x)", "loss.backward()", "with torch.no_grad():", "super().__init__()"),
    *("parameter.grad = None", "super().__setattr__(name, value)", "return x", "x = layer(x)"),
    *("try:", "finally:", "]", "}"),
}
"""Lines that anybody writes who needs them; the probes of another exercise do."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """Build the wheel, with the builder that is installed here."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=_ROOT, check=True, capture_output=True)
    (path,) = folder.glob("*.whl")
    return zipfile.ZipFile(path)


def test_the_wheel_holds_no_secret_path(wheel):
    """No path in the wheel is a solution, a hidden suite, a mistake or the secret."""
    names = wheel.namelist()

    secret = ("solutions", "suite/", "mistakes", "spellings", ".secret", "NOTES.md")
    ours = "autograder/judging/mistakes.py"  # it reads mistakes, and has none
    assert [n for n in names if n != ours and any(word in n for word in secret)] == []


def test_the_wheel_holds_the_engine_and_nothing_beside_it(wheel):
    """Every module of the engine is in the wheel, and no test, example or compiled file."""
    names = set(wheel.namelist())

    modules = {p.relative_to(_ROOT).as_posix() for p in (_ROOT / "autograder").rglob("*.py")}
    assert modules | {"cli.py", "autograder/py.typed"} <= names
    assert {name.partition("/")[0] for name in names} == {
        "autograder",
        "cli.py",
        next(n.partition("/")[0] for n in names if ".dist-info/" in n),
    }
    assert not [name for name in names if "__pycache__" in name]


def test_the_wheel_holds_what_a_new_exercise_begins_with(wheel):
    """`grade new` works where torchgrade was installed."""
    skeleton = {
        path.relative_to(_ROOT).as_posix()
        for path in (_ROOT / "autograder" / "course" / "skeleton").iterdir()
    }

    assert skeleton
    assert skeleton <= set(wheel.namelist())


def test_the_wheel_holds_every_assignment(wheel):
    """The public half of every exercise travels with the engine, file by file."""
    names = set(wheel.namelist())

    public = {
        f"autograder/course/assignments/{path.relative_to(_ROOT / 'assignments').as_posix()}"
        for path in (_ROOT / "assignments").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert public
    assert {n for n in names if n.startswith("autograder/course/assignments/")} == public


def test_an_unpacked_wheel_is_a_course_without_a_secret_half(wheel, tmp_path):
    """What the wheel unpacks to lists the same exercises, none of which can be handed in there."""
    wheel.extractall(tmp_path)

    unpacked = Catalog(tmp_path / "autograder" / "course")

    assert [e.id for e in unpacked] == [e.id for e in _EXERCISES]
    assert not any(e.has_hidden_suite for e in unpacked)


def test_the_wheel_offers_the_command_and_the_plugin(wheel):
    """The wheel's entry points are `grade` and the pytest plugin."""
    (name,) = [n for n in wheel.namelist() if n.endswith(".dist-info/entry_points.txt")]

    entries = wheel.read(name).decode()

    assert "[console_scripts]\ngrade = cli:main" in entries
    assert "[pytest11]\ntorchgrade = autograder.judging.plugin" in entries


@pytest.mark.parametrize("exercise", _EXERCISES, ids=lambda exercise: exercise.id)
def test_no_line_of_a_solution_stands_in_an_assignment(exercise):
    """What a student is to write stands nowhere in the public half of the course."""
    answers = _answers(exercise) - _THE_ONLY_WAY
    public = {
        line.strip(): path.relative_to(_ROOT).as_posix()
        for path in (_ROOT / "assignments").rglob("*")
        if path.is_file() and path.suffix != ".pyc"
        for line in path.read_text(encoding="utf-8").splitlines()
    }

    assert answers
    assert {line: public[line] for line in answers & public.keys()} == {}


def _answers(exercise: Exercise) -> set[str]:
    """Return the lines, without docstrings, of all that the solution adds to the stub."""
    source = exercise.solution.read_text(encoding="utf-8")
    given = functions(exercise.stub.read_text(encoding="utf-8")).keys() - set(exercise.implement)
    lines = source.splitlines()
    return {
        stripped
        for name, function in functions(source).items()
        if name not in given
        for statement in _without_docstring(function)
        for line in lines[statement.lineno - 1 : statement.end_lineno]
        if (stripped := line.strip())
    }


def _without_docstring(function: ast.FunctionDef) -> list[ast.stmt]:
    has_docstring = ast.get_docstring(function) is not None
    return function.body[1:] if has_docstring else function.body


def test_the_wheel_holds_the_compiled_catalogues(wheel):
    """Where torchgrade was installed, it speaks every language that it does here."""
    compiled = {p.relative_to(_ROOT).as_posix() for p in (_ROOT / "autograder").rglob("*.mo")}

    assert compiled
    assert compiled <= set(wheel.namelist())
