"""Submissions are found in every layout that a class comes in; what is odd is left aside."""

from __future__ import annotations

import io
import json
import os
import tarfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from autograder.errors import UserError
from autograder.submission.intake import take_in
from autograder.submission.sources import LeftAside, Source, find, moment


@pytest.fixture
def exercises(course):
    """Give the exercises of the tiny course."""
    return course.exercises


@pytest.fixture
def place(tmp_path):
    """Give an empty folder for a class."""
    folder = tmp_path / "class"
    folder.mkdir()
    return folder


def _write(path, text="def adder(a, b):\n    return a + b\n"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def _found(place, exercises):
    return {(s.student, s.exercise) for s in find(place, exercises) if isinstance(s, Source)}


def _aside(place, exercises):
    return {Path(s.path).name: s.reason for s in find(place, exercises) if isinstance(s, LeftAside)}


def _zip(path, *names):
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, "def adder(a, b):\n    return a + b\n")
    return path


def test_folders_of_students_with_folders_of_exercises(place, exercises):
    """`<student>/<exercise>/` is the plain layout; hidden files are nobody's."""
    _write(place / "ada" / "adder" / "adder.py")
    _write(place / "Zoë, 2nd" / "doubler" / "doubler.py")
    _write(place / ".DS_Store")

    assert _found(place, exercises) == {("ada", "adder"), ("Zoë, 2nd", "doubler")}
    assert _aside(place, exercises) == {}


@pytest.mark.parametrize("inside", ["", "submitted"])
def test_nbgraders_folder_is_taken_as_it_is(place, exercises, inside):
    """nbgrader's folder of submissions, or its course around it, with the times that it wrote."""
    folder = place / inside / "ada" / "adder"
    _write(folder / "adder.py")
    _write(folder / "timestamp.txt", "2026-11-02 09:30:00.123456 Europe/Rome\n")

    (source,) = find(place, exercises)

    assert source.path == folder
    assert source.received_at == datetime(2026, 11, 2, 8, 30, 0, 123456, tzinfo=UTC)


def _release(course, name, *ids):
    cells = {"cells": [], "metadata": {"torchgrade": {"exercises": list(ids)}}}
    _write(course / "source" / name / f"{name}.ipynb", json.dumps(cells))


@pytest.mark.parametrize("named", ["", "submitted"])
def test_an_assignment_of_several_exercises_is_a_submission_for_each(place, exercises, named):
    """Which they are is said by what the instructor released, with one time for all."""
    _release(place, "week1", "adder", "doubler")
    folder = place / "submitted" / "ada" / "week1"
    _write(folder / "adder.py")
    _write(folder / "timestamp.txt", "2026-11-02 09:30:00 UTC\n")

    found = list(find(place / named, exercises))

    assert [(s.exercise, s.path) for s in found] == [("adder", folder), ("doubler", folder)]
    assert {s.received_at for s in found} == {datetime(2026, 11, 2, 9, 30, tzinfo=UTC)}


def test_an_assignments_exercise_that_the_course_has_no_more_is_said(place, exercises):
    """The others of that assignment are found all the same."""
    _release(place, "week1", "adder", "dropped")
    _write(place / "submitted" / "ada" / "week1" / "adder.py")

    assert _found(place, exercises) == {("ada", "adder")}
    assert _aside(place, exercises) == {"week1": "No exercise named 'dropped'."}


def test_what_a_student_claims_to_have_been_released_counts_for_nothing(place, exercises):
    """Only the instructor's folders say what an assignment holds."""
    _release(place / "submitted" / "ada", "week1", "adder")
    _write(place / "submitted" / "ada" / "week1" / "week1.ipynb", "{}")

    assert _found(place, exercises) == set()


def test_a_time_that_is_none_is_said_and_unknown(place, exercises):
    """An unreadable timestamp does not hide the submission, and makes nobody late."""
    _write(place / "ada" / "adder" / "timestamp.txt", "yesterday")

    aside, source = find(place, exercises)

    assert "taken as unknown" in aside.reason
    assert source.received_at is None


@pytest.mark.parametrize(
    ("name", "members"),
    [
        ("ada.zip", ["adder/adder.py", "doubler/doubler.py"]),
        ("ada.zip", ["ada/adder/adder.py", "ada/doubler/doubler.py", "__MACOSX/x"]),
        ("ada.zip", ["adder.py", "doubler.py"]),
    ],
)
def test_an_archive_for_each_student(place, exercises, name, members):
    """`<student>.zip` holds the exercises that it has folders or files of; intake finds them."""
    _zip(place / name, *members)

    assert _found(place, exercises) == {("ada", "adder"), ("ada", "doubler")}
    assert take_in(place / name, exercises[0]).files.keys() == {"adder.py"}


def test_a_tar_for_a_student_and_an_archive_for_an_exercise(place, exercises):
    """`<student>.tar.gz`, `<student>/<exercise>.zip` and a lone `<exercise>.py` are understood."""
    with tarfile.open(place / "ben.tar.gz", "w:gz") as archive:
        info = tarfile.TarInfo("adder/adder.py")
        info.size = 4
        archive.addfile(info, io.BytesIO(b"pass"))
    _zip(place / "ada" / "adder.zip", "adder.py")
    _write(place / "eve" / "adder.py")

    assert _found(place, exercises) == {("ada", "adder"), ("ben", "adder"), ("eve", "adder")}


def test_what_is_odd_is_one_line_each(place, exercises):
    """Links, empty folders, unknown exercises and broken archives are left aside with a reason."""
    _write(place / "ada" / "ader" / "adder.py")
    _write(place / "ada" / "notes.txt")
    _write(place / "roster.txt")
    _write(place / "ben.zip", "no archive")
    (place / "empty").mkdir()
    (place / "link").symlink_to(place / "ada")
    (place / "eve").mkdir()
    (place / "eve" / "adder").symlink_to(place / "ada" / "ader")
    _zip(place / "zoe.zip", "addder/adder.py", "other.txt")
    _zip(place / "none.zip")

    reasons = _aside(place, exercises)

    assert _found(place, exercises) == set()
    assert reasons["ader"] == "No exercise named 'ader'. Did you mean 'adder'?"
    assert reasons["zoe.zip"] == "No exercise named 'addder'. Did you mean 'adder'?"
    assert "no student's folder" in reasons["roster.txt"]
    assert "is no archive" in reasons["ben.zip"]
    assert reasons["empty"] == "It is empty."
    assert "symbolic link" in reasons["link"]
    assert "symbolic link" in reasons["adder"]
    assert reasons["none.zip"] == "It has no files."
    assert "notes.txt" in reasons


def test_the_same_exercise_twice_is_taken_once(place, exercises):
    """A folder and an archive of the same exercise are not two attempts."""
    _write(place / "ada" / "adder" / "adder.py")
    _zip(place / "ada" / "adder.zip", "adder.py")

    assert _found(place, exercises) == {("ada", "adder")}
    assert "one of them is enough" in _aside(place, exercises)["adder.zip"]


def test_names_of_odd_characters_become_text(place, exercises):
    """A name that is no UTF-8, or written in two ways, is kept as text."""
    (place / os.fsdecode(b"\xff\xfe") / "adder").mkdir(parents=True)
    (place / "e\u0301ve" / "adder").mkdir(parents=True)

    assert _found(place, exercises) == {("\\xff\\xfe", "adder"), ("\u00e9ve", "adder")}


def test_a_table_maps_students_to_paths(place, exercises):
    """Each row names student, exercise and path, and may name a time; a student may have many."""
    table = _write(
        place / "class.csv",
        "\ufeffstudent,exercise,path,received_at\n"
        "ada,adder,files/1,2026-11-02T09:30:00+01:00\n"
        "ada,adder,files/2,\n"
        "ben,ader,files/3,\n"
        ",adder,files/4,\n"
        "eve,adder,files/5,soon\n",
    )

    first, second, *aside = find(table, exercises)

    assert (first.path, second.path) == (place / "files/1", place / "files/2")
    assert first.received_at == datetime(2026, 11, 2, 8, 30, tzinfo=UTC)
    assert [one.path for one in aside] == [f"class.csv, line {n}" for n in (4, 5, 6)]
    assert [one.reason.split(".")[0] for one in aside] == [
        "No exercise named 'ader'",
        "It has no student",
        "'soon' is no time",
    ]


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("class.csv", "who,what\n", "has no column 'exercise'"),
        ("class.csv", None, "cannot be read"),
        ("nowhere", None, "cannot be read: No such file"),
    ],
)
def test_a_place_that_cannot_be_read_is_one_sentence(place, exercises, name, text, sentence):
    """A folder or table that is not there, or has not the columns, is the caller's to put right."""
    if text is not None:
        _write(place / name, text)

    with pytest.raises(UserError, match=sentence):
        list(find(place / name, exercises))


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-02T08:30:00Z",
        "2026-11-02 08:30:00",
        "2026-11-02 08:30:00.000000 UTC",
        "2026-11-02 09:30:00 +0100",
        "2026-11-02 09:30:00 CET",
    ],
)
def test_times_are_read_as_nbgrader_writes_them(text):
    """ISO 8601, or nbgrader's own form with the name of a zone; UTC where none is named."""
    assert moment(text) == datetime(2026, 11, 2, 8, 30, tzinfo=UTC)
