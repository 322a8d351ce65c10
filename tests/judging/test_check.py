"""`@check` records what the author of a suite says, and refuses what no student could read."""

from __future__ import annotations

import pytest

from autograder.judging.check import Check, check, check_of


def test_facts_of_a_check_are_recorded():
    """Name, title, points, hint, part and foundations are kept on the function."""

    @check(points=2.5, hint="Look.", part="speed", requires=("one", "two"))
    def test_three():
        """Three is right.

        This is for the author alone.
        """

    assert check_of(test_three) == Check(
        name="three",
        title="Three is right.",
        points=2.5,
        hint="Look.",
        part="speed",
        requires=("one", "two"),
    )


def test_a_check_is_worth_one_point_and_builds_on_nothing_by_itself():
    """What is not said has a plain default."""

    @check()
    def test_one():
        """One is right."""

    found = check_of(test_one)
    assert found is not None
    assert (found.points, found.hint, found.part, found.requires) == (1, None, None, ())


def test_one_foundation_may_be_named_without_a_tuple():
    """A name alone is one name, not its letters."""

    @check(requires="one")
    def test_two():
        """Two is right."""

    found = check_of(test_two)
    assert found is not None
    assert found.requires == ("one",)


def test_the_function_itself_is_returned():
    """A check can be called as it was written."""

    @check()
    def test_seven():
        """Seven is right."""
        return 7

    assert test_seven() == 7


def _named(name, title, points=1):
    def function():
        pass

    function.__name__, function.__doc__ = name, title
    check(points=points)(function)


@pytest.mark.parametrize(
    ("name", "title", "points"),
    [
        ("one", "A title.", 1),
        ("test_one", None, 1),
        ("test_one", "", 1),
        ("test_one", "\n  \n", 1),
        ("test_one", "A title.", -1),
    ],
)
def test_a_check_that_no_student_could_read_is_refused(name, title, points):
    """The author is told at once which check it is, and what it needs."""
    with pytest.raises(ValueError, match=rf"check '{name}' needs a name .* title.* not negative"):
        _named(name, title, points)


def test_a_check_may_be_worth_nothing():
    """Zero points are for a check that only explains."""
    _named("test_one", "A title.", 0)


@pytest.mark.parametrize("thing", [None, print, object(), lambda: None])
def test_a_plain_test_is_no_check(thing):
    """What was not decorated has no facts."""
    assert check_of(thing) is None
