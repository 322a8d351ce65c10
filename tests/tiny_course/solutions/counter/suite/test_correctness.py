"""The hidden checks of `counter`."""

from probes import keeps_parts, total_of

from autograder.suite import assert_close, check, draw_normal, require


@check(points=2, hint="Start from nothing.")
def test_one_part(submission, rng):
    """The total of one part is that part."""
    part = draw_normal(rng, 3)
    assert_close(submission.run(total_of, parts=[part]), part, what="total()")


@check(requires="one_part")
def test_two_parts(submission, rng):
    """The total of two parts is their sum."""
    one, two = draw_normal(rng, 3), draw_normal(rng, 3)
    assert_close(submission.run(total_of, parts=[one, two]), one + two, what="total()")


@check(points=2, requires="two_parts")
def test_parts_are_left_alone(submission, rng):
    """Adding a part does not change it."""
    unchanged, _ = submission.run(keeps_parts, part=draw_normal(rng, 3))
    require(unchanged, "add() changed the tensor that it was given")
