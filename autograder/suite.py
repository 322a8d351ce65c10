"""What the author of a suite imports: checks, comparisons, drawn inputs and pictures."""

from autograder.judging.budget import assert_budget
from autograder.judging.check import check
from autograder.judging.comparison import Mismatch, assert_close, assert_same, require
from autograder.judging.draw import draw_labels, draw_normal
from autograder.judging.pictures import by_rows, on_a_bowl, pictured

__all__ = [
    "Mismatch",
    "assert_budget",
    "assert_close",
    "assert_same",
    "by_rows",
    "check",
    "draw_labels",
    "draw_normal",
    "on_a_bowl",
    "pictured",
    "require",
]
