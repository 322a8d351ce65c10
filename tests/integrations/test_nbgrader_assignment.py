"""Assignments for nbgrader: stable ids, nothing secret, and nobody's work overwritten."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from autograder.course.catalog import Catalog
from autograder.errors import UserError
from autograder.integrations.nbgrader.assignment import ASSIGNMENTS, write_source
from autograder.submission.released import exercises_in

_TINY = Catalog(Path(__file__).parents[1] / "tiny_course")
_ROOT = Catalog(Path(__file__).resolve().parents[2])


def _notebook(folder):
    (path,) = folder.glob("*.ipynb")
    return json.loads(path.read_text(encoding="utf-8"))


def _ids(notebook):
    facts = (cell["metadata"].get("nbgrader") for cell in notebook["cells"])
    return [(f["grade_id"], f.get("points")) for f in facts if f]


def test_a_part_is_a_cell_with_its_points(tmp_path):
    """Every part has one locked cell, and every exercise one cell of the student's own."""
    written = write_source(_TINY.exercises, tmp_path, "counter")

    assert _ids(_notebook(written.folder)) == [
        ("counter-notes", None),
        ("counter-correctness", 5.0),
        ("counter-parity", 2.0),
    ]


def test_several_exercises_are_one_assignment(tmp_path):
    """One notebook and the stubs of all, each with its own ids."""
    exercises = (_ROOT["mlp"], _ROOT["dataset"])

    written = write_source(exercises, tmp_path, "week1")

    notebook = _notebook(written.folder)
    assert written.folder == tmp_path / "source" / "week1"
    assert exercises_in(notebook) == ("mlp", "dataset")
    assert {i.partition("-")[0] for i, _ in _ids(notebook)} == {"mlp", "dataset"}
    assert sorted(path.name for path in written.folder.glob("*.py")) == ["dataset.py", "mlp.py"]
    assert len({cell["id"] for cell in notebook["cells"]}) == len(notebook["cells"])


def test_an_assignment_is_a_notebook_of_the_right_form(tmp_path):
    """The notebook is valid, and so is what nbgrader reads in it."""
    nbformat = pytest.importorskip("nbformat")
    validator = pytest.importorskip("nbgrader.nbgraderformat").MetadataValidator

    written = write_source(_ROOT.exercises, tmp_path, "everything")

    notebook = nbformat.read(written.folder / "everything.ipynb", as_version=4)
    nbformat.validate(notebook)
    validator().validate_nb(notebook)


@pytest.mark.parametrize("exercise", _ROOT.everything, ids=lambda exercise: exercise.id)
def test_an_assignment_holds_nothing_secret(exercise, tmp_path):
    """Every file of an assignment is public, and no text in it stands in a secret file alone."""
    written = write_source((exercise,), tmp_path, exercise.id)

    public = {path.read_bytes() for path in exercise.public.rglob("*") if path.is_file()}
    files = [path for path in written.folder.rglob("*") if path.is_file()]
    ours = [path for path in files if path.read_bytes() not in public]
    names = {path.relative_to(written.folder).as_posix() for path in files}
    assert [path.name for path in ours] == [f"{exercise.id}.ipynb"]
    assert not [n for n in names if any(w in n for w in ("solutions", "suite", "mistakes"))]
    hidden = _names_of_checks(exercise.secret / "suite")
    told = _names_of_checks(exercise.public / "public")
    text = ours[0].read_text(encoding="utf-8")
    assert not [name for name in hidden - told if f"test_{name}" in text]


def _names_of_checks(folder):
    texts = (path.read_text(encoding="utf-8") for path in folder.glob("test_*.py"))
    return {name for text in texts for name in re.findall(r"^def test_(\w+)", text, re.MULTILINE)}


def test_releasing_again_changes_nothing(tmp_path):
    """The same course gives the same notebook, byte by byte."""
    first = write_source(_TINY.exercises, tmp_path, "counter").folder / "counter.ipynb"
    before = first.read_bytes()

    write_source(_TINY.exercises, tmp_path, "counter")

    assert first.read_bytes() == before


def test_a_later_release_keeps_the_ids(course, tmp_path):
    """A new lesson and other points change no id of a cell."""
    exercises = (course["adder"], course["doubler"])
    before = _ids(_notebook(write_source(exercises, tmp_path, "week1").folder))
    for exercise in exercises:
        toml = exercise.public / "exercise.toml"
        toml.write_text(toml.read_text().replace("correctness = 2", "correctness = 9"))
        (exercise.public / "README.md").write_text("# Another\n\n## Goal\n\nNew.\n")

    again = Catalog(course.root).select(("adder", "doubler"))
    after = _ids(_notebook(write_source(again, tmp_path, "week1").folder))

    assert [i for i, _ in after] == [i for i, _ in before]
    assert {points for _, points in after} == {None, 9.0}


def test_a_notebook_that_was_changed_by_hand_is_kept(tmp_path):
    """Somebody's own cell is not overwritten, unless that is asked for."""
    path = write_source(_TINY.exercises, tmp_path, "counter").folder / "counter.ipynb"
    notebook = json.loads(path.read_text())
    notebook["cells"][0]["source"] = ["My own words.\n", "Two lines."]
    path.write_text(json.dumps(notebook))

    with pytest.raises(UserError, match=r"counter\.ipynb was changed by hand"):
        write_source(_TINY.exercises, tmp_path, "counter")
    write_source(_TINY.exercises, tmp_path, "counter", replace=True)

    assert "My own words" not in path.read_text()


def test_a_notebook_that_was_opened_and_saved_is_ours(tmp_path):
    """Outputs, counters and the way lines are stored are no change by hand."""
    path = write_source(_TINY.exercises, tmp_path, "counter").folder / "counter.ipynb"
    notebook = json.loads(path.read_text())
    for cell in notebook["cells"]:
        cell["source"] = cell["source"].splitlines(keepends=True)
        cell["metadata"]["editable"] = True
    notebook["metadata"]["language_info"]["version"] = "3.12"
    path.write_text(json.dumps(notebook))

    write_source(_TINY.exercises, tmp_path, "counter")

    assert '"version": "3.12"' not in path.read_text()


@pytest.mark.parametrize("content", ["", "[]", '{"cells": 3}', '{"cells": [], "metadata": {}}'])
def test_a_strange_notebook_is_kept(content, tmp_path):
    """What is in the notebook's place and not ours stays."""
    path = tmp_path / "source" / "counter" / "counter.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(content)

    with pytest.raises(UserError, match="is not ours"):
        write_source(_TINY.exercises, tmp_path, "counter")

    assert path.read_text() == content


@pytest.mark.parametrize("name", ["a+b", "a/b", "", "..x y"])
def test_a_name_that_nbgrader_refuses_is_refused(name, tmp_path):
    """nbgrader's exchange separates names by '+'."""
    with pytest.raises(UserError, match="nbgrader takes letters"):
        write_source(_TINY.exercises, tmp_path, name)


def test_two_exercises_with_one_file_are_two_assignments(course, tmp_path):
    """A file can be written for one exercise only."""
    toml = course["doubler"].public / "exercise.toml"
    toml.write_text(toml.read_text().replace('"doubler.py"]', '"doubler.py", "adder.py"]'))

    with pytest.raises(UserError, match=r"Two exercises have a file 'adder\.py'"):
        write_source(Catalog(course.root).exercises, tmp_path, "week1")


def test_an_assignment_brings_its_course_along(tmp_path, monkeypatch):
    """In a fetched assignment, the course is found without anything installed."""
    written = write_source(_TINY.exercises, tmp_path, "counter")
    monkeypatch.delenv("TORCHGRADE_COURSE", raising=False)
    monkeypatch.chdir(written.folder)

    found = Catalog.find()

    assert found.root == (written.folder / ASSIGNMENTS).parent
    assert not found["counter"].has_hidden_suite


def test_the_command_writes_one_assignment_for_each_or_one_for_all(grade, home):
    """`--nbgrader` alone writes no bundle; `--as` makes one assignment of all."""
    (home / "class").mkdir()

    each = grade("release", "adder", "doubler", "--nbgrader", "class")
    whole = grade("release", "--nbgrader", "class", "--as", "all", "--json")

    assert each.exit_code == whole.exit_code == 0
    assert "nbgrader generate_assignment adder" in each.stdout
    assert sorted(path.name for path in (home / "class" / "source").iterdir()) == [
        "adder",
        "all",
        "doubler",
    ]
    assert not (home / "out").exists()
