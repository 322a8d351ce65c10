"""Text of a student cannot command the terminal, disguise itself or flood."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.results.printable import first_line, one_line, printable


@pytest.mark.parametrize(
    "hostile",
    [
        "a\x1b[31mb",
        "a\x1b[2Jb",
        "a\x1b[1;1Hb",
        "a\x9b31mb",
        "a\x1b]0;title\x07b",
        "a\x1b]8;;http://x\x1b\\b",
        "a\x1bPq\x1b\\b",
        "a\x1bcb",
        "a\x1b(0b",
        "a\x07\x08b",
        "a\u202eb",
        "a\u2066b",
        "a\u200b\ufeffb",
        "a\U000e0041b",
        "a\ue000b",
    ],
)
def test_what_a_terminal_or_a_reader_would_obey_is_gone(hostile):
    """Escape sequences go whole; bidi, invisible and private characters go."""
    assert printable(hostile) == "ab"


@given(st.text(alphabet=st.characters(codec=None)))
def test_nothing_unprintable_is_left_of_any_text(text):
    """Only printable characters and line feeds remain, and all of them can be encoded."""
    shown = printable(text)

    assert shown.encode().decode() == shown
    assert {unicodedata.category(c) for c in shown if c != "\n"}.isdisjoint({"Cc", "Cf", "Cs"})


def test_an_unfinished_sequence_ends_with_its_line():
    """One stray escape does not swallow the rest of a message."""
    assert printable("a\x1b]0;b\nc") == "a\nc"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x85", "\u2028", "\f"])
def test_every_line_end_is_a_line_feed(end):
    """No line can be overwritten or hidden in another."""
    assert printable(f"a{end}b") == "a\nb"


def test_lines_are_bounded_and_the_rest_is_counted():
    """A flood is cut off, and says so."""
    assert printable("a\n" * 5, lines=2) == "a\na\n… (3 more lines)"


def test_columns_are_bounded():
    """A long line ends in an ellipsis."""
    assert printable("abcdef", columns=4) == "abc…"


def test_a_flood_costs_no_more_than_what_is_shown():
    """Only the beginning is looked at."""
    assert printable("x" + "\0" * 1_000_000 + "y") == "x"


def test_tabs_keep_their_columns():
    """Indentation can still be read."""
    assert printable("\tx") == "    x"


def test_marks_are_not_stacked_without_end():
    """A tower of accents stays within its line."""
    assert printable("a" + "\u0301" * 50) == "a" + "\u0301" * 3


def test_a_lone_surrogate_is_replaced():
    """What cannot be encoded cannot end the feedback."""
    assert printable("a\ud800b") == "a\ufffdb"


def test_one_line_collapses_white_space():
    """A title cannot break out of its line."""
    assert one_line(" a\n\t b \r\n") == "a b"


@pytest.mark.parametrize(("text", "line"), [("\n\n a\nb", "a"), ("", ""), ("\x1b[0m", "")])
def test_the_first_line_is_the_first_that_says_something(text, line):
    """Empty text gives an empty line, not an error."""
    assert first_line(text) == line
