"""Hints are read from the README that shows them folded."""

from __future__ import annotations

import pytest

from autograder.course.hints import hints_of, parse_hints


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
