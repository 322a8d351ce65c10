"""What is known of a mistake is in its file; two of them can be put into one."""

from __future__ import annotations

import pytest

from autograder.judging.mistakes import read_mistakes, spliced


def _written(tmp_path, text):
    (tmp_path / "wrong.py").write_text(text)
    return read_mistakes(tmp_path)


def test_a_header_may_take_several_lines(tmp_path):
    """Checks and sentence are put back into one line each."""
    (found,) = _written(tmp_path, '"""Fails: one,\ntwo.\n\nSays: First this.\nThen that.\n"""\n')

    assert found.name == "wrong"
    assert found.fails == {"one", "two"}
    assert found.says == "First this. Then that."


@pytest.mark.parametrize(
    "text", ["", "x = 1", '"""Just words."""', '"""Fails: one."""', '"""Says: that. Fails: one."""']
)
def test_a_mistake_without_a_header_is_named(tmp_path, text):
    """The author reads which file, and what it must begin with."""
    with pytest.raises(ValueError, match=r"wrong\.py does not begin with 'Fails: <checks>"):
        _written(tmp_path, text)


def test_a_mistake_that_is_no_python_is_named(tmp_path):
    """The author reads which file, and which line."""
    with pytest.raises(ValueError, match=r"wrong\.py is not Python: .* line 2"):
        _written(tmp_path, "x = 1\ndef f(:\n")


def test_no_folder_is_no_mistakes(tmp_path):
    """A course may have none."""
    assert read_mistakes(tmp_path / "nowhere") == ()


_ONE = """
import math


class A:
    def f(self, x):
        return math.floor(x)

    def g(self):
        return 1
"""
_OTHER = """
import math as m

HALF = 0.5


class A:
    def f(self, x: float) -> float:
        '''Say what it does.'''
        return math.floor(x)

    def g(self):
        return HALF + m.pi

    def h(self):
        return 3
"""


def test_a_splice_takes_one_function_that_differs_and_what_it_needs():
    """What differs in annotations and docstrings only, or is in one file only, stays."""
    (text,) = spliced(_ONE, _OTHER)

    scope = {}
    exec(text, scope)
    assert scope["A"]().f(2.5) == 2
    assert scope["A"]().g() == pytest.approx(3.64, abs=0.01)
    assert not hasattr(scope["A"], "h")


def test_a_splice_of_what_is_alike_is_none():
    """There is nothing to put together."""
    assert list(spliced(_ONE, _ONE)) == []
