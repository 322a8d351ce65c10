"""What the author of a suite imports: checks, comparisons and drawn inputs."""

from autograder.judging.check import check
from autograder.judging.comparison import Mismatch, assert_close, assert_same, require
from autograder.judging.draw import draw_labels, draw_normal

__all__ = [
    "Mismatch",
    "assert_close",
    "assert_same",
    "check",
    "draw_labels",
    "draw_normal",
    "require",
]
