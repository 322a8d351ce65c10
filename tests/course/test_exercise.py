"""What `exercise.toml` may say, and what is said about what it may not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from autograder.course.catalog import Catalog
from autograder.course.exercise import Exercise
from autograder.errors import CourseError
from autograder.judging.loading import limits_of

if TYPE_CHECKING:
    from pathlib import Path

_TOML = """
title = "T"
summary = "S"
order = 1
track = "core"
minutes = [1, 2]
files = ["sample.py"]
implement = ["f"]
points = {{ correctness = 1 }}
{more}
"""


def _load(folder: Path, more: str) -> Exercise:
    public = folder / "sample"
    public.mkdir()
    (public / "exercise.toml").write_text(_TOML.format(more=more))
    return Exercise.load(public, folder / "secret")


@pytest.mark.parametrize(("more", "allow"), [("", ()), ('allow = ["processes"]', ("processes",))])
def test_what_is_allowed_reaches_the_worker(
    tmp_path: Path, more: str, allow: tuple[str, ...]
) -> None:
    """By default nothing beyond the default is allowed."""
    exercise = _load(tmp_path, more)

    assert exercise.allow == allow
    assert limits_of(exercise).allow == allow
    assert limits_of(exercise).may_fork is bool(allow)


def test_an_unknown_permission_is_an_error(tmp_path: Path) -> None:
    """A word that the engine does not know would otherwise allow nothing, silently."""
    with pytest.raises(CourseError, match="allow names 'proceses'; known are processes"):
        _load(tmp_path, 'allow = ["proceses"]')


def test_a_draft_is_found_by_its_id_and_in_no_list(course):
    """Who writes an exercise can audit it; students do not see it."""
    public = course["adder"].public
    text = (public / "exercise.toml").read_text().replace("files =", "draft = true\nfiles =")
    (public / "exercise.toml").write_text(text)
    again = Catalog(course.root)

    assert "adder" not in {exercise.id for exercise in again}
    assert "adder" in {exercise.id for exercise in again.everything}
    assert again["adder"].draft


def test_right_files_are_the_solution_and_its_spellings_in_order(tmp_path: Path) -> None:
    """The solution comes first; an exercise without spellings has it alone."""
    exercise = _load(tmp_path, "")
    alone = exercise.rights
    spellings = exercise.secret / "spellings"
    spellings.mkdir(parents=True)
    for name in ("second.py", "first.py", "notes.txt"):
        (spellings / name).write_text("")

    assert alone == (exercise.solution,)
    assert exercise.rights == (
        exercise.solution,
        spellings / "first.py",
        spellings / "second.py",
    )
