"""Hints are read from the README that shows them folded."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from autograder.course.catalog import Catalog
from autograder.course.completeness import shortcomings
from autograder.course.exercise import Suite
from autograder.course.hints import HELP, helpful_hints, hints_of, parse_hints
from autograder.errors import CourseError

_ROOT = Path(__file__).resolve().parents[2]


def test_only_the_section_of_hints_counts(course):
    """Another folded part of the lesson is no hint."""
    assert [hint.title for hint in hints_of(course["adder"])] == ["a question", "the line"]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_line_ends_do_not_matter(end):
    """A README edited on Windows has the same hints."""
    lines = ["## Hints", "<details><summary>Hint 1:  two", "words</summary>", "text", "</details>"]

    (hint,) = parse_hints(end.join(lines))

    assert (hint.title, hint.text, hint.of) == ("two words", "text", 1)


def test_a_section_after_the_hints_is_no_hint():
    """The section ends at the next heading."""
    readme = "## Hints\n## More\n<details><summary>a</summary>b</details>"

    assert parse_hints(readme) == ()


def test_no_readme_means_no_hints(course):
    """A lesson without text is not an error."""
    (course["adder"].public / "README.md").unlink()

    assert hints_of(course["adder"]) == ()


@pytest.mark.parametrize("exercise", Catalog(_ROOT).exercises, ids=lambda exercise: exercise.id)
def test_every_check_of_ours_has_a_ladder(exercise):
    """Each half says which hints of the lesson help, so that no check has fewer than three."""
    assert helpful_hints(exercise, Suite.PUBLIC)
    assert helpful_hints(exercise, Suite.HIDDEN)
    assert [said for said in shortcomings(exercise) if HELP in said] == []


def test_a_ladder_that_is_not_whole_is_said(tmp_path):
    """A check without its hint, one that is not there, and a number that no hint has."""
    root = tmp_path / "course"
    shutil.copytree(_ROOT / "tests" / "tiny_course", root)
    text = "one_part = [1]\ntwo_parts = [1, 7]\nnobody = [1, 2]\n"
    (root / "assignments" / "counter" / HELP).write_text(text)

    said = "\n".join(shortcomings(Catalog(root)["counter"]))

    assert "names the check 'nobody'; there is none" in said
    assert "one_part has [1]; its ladder takes 2 of the lesson's 3 hints" in said
    assert "two_parts has [1, 7]" in said


def test_a_ladder_may_take_any_hint_that_the_lesson_has(tmp_path):
    """Also a fourth or fifth one."""
    root = tmp_path / "course"
    shutil.copytree(_ROOT / "tests" / "tiny_course", root)
    folder = root / "assignments" / "counter"
    more = "\n<details><summary>Hint 4: more</summary>\n\nLook again.\n\n</details>\n"
    (folder / "README.md").write_text((folder / "README.md").read_text() + more)
    (folder / HELP).write_text("one_part = [1, 4]\ntwo_parts = [1, 5]\n")

    said = [said for said in shortcomings(Catalog(root)["counter"]) if "its ladder" in said]

    assert len(said) == 1
    assert "two_parts has [1, 5]; its ladder takes 2 of the lesson's 4 hints" in said[0]


def test_a_broken_file_names_itself(course):
    """The sentence is for the author."""
    (course["adder"].public / HELP).write_text("sum = 'two'")

    with pytest.raises(CourseError, match=r"hints\.toml"):
        helpful_hints(course["adder"], Suite.PUBLIC)
