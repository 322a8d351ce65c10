"""Make text that a student controls safe to show: no escape sequences, no disguise, no flood.

Messages, printed output and source lines come from untrusted code. A terminal obeys escape
sequences in them, a reader is misled by characters that reorder or hide text.
"""

from __future__ import annotations

import re
import unicodedata

from autograder.language import trn

__all__ = ["first_line", "one_line", "printable"]

_ESCAPE = re.compile(
    r"""
    (?: \x1b\[ | \x9b ) [0-?]* [ -/]* [@-~]                # CSI: colours, cursor, screen
  | (?: \x1b[\]PX^_] | [\x9d\x90\x98\x9e\x9f] )            # OSC, DCS and other strings,
    [^\x07\x1b\x9c\n]* (?: \x07 | \x1b\\ | \x9c )?           # to the terminator or the line's end
  | \x1b [ -/]* [0-~]?                                     # any other escape
    """,
    re.VERBOSE,
)
_LINE_ENDS = re.compile(r"\r\n|[\n\v\f\r\x85\u2028\u2029]")
_INVISIBLE = {"Cc", "Cf", "Co", "Cn"}
_STACKED = 3  # combining marks on one letter; real scripts need no more


def printable(text: str, *, lines: int = 20, columns: int = 400) -> str:
    """Return *text* without control and formatting characters, in bounded size.

    Args:
        text: Anything.
        lines: How many lines to keep; what was left out is counted in a last line.
        columns: How many characters of each line to keep.
    """
    kept = _LINE_ENDS.split(_ESCAPE.sub("", text[: lines * columns * 8]).expandtabs(4))
    while kept and not kept[-1].strip():
        kept.pop()
    shown = [_shorten(_visible(line), columns) for line in kept[:lines]]
    if (left := len(kept) - lines) > 0:
        shown.append(trn("… ({n} more line)", "… ({n} more lines)", left))
    return "\n".join(shown)


def one_line(text: str, *, columns: int = 400) -> str:
    """Return *text* as one printable line, its white space collapsed."""
    return _shorten(" ".join(printable(text, lines=40, columns=columns).split()), columns)


def first_line(text: str, *, columns: int = 200) -> str:
    """Return the first line of *text* that says something."""
    return next(iter(printable(text.strip(), lines=1, columns=columns).splitlines()), "")


def _visible(line: str) -> str:
    seen: list[str] = []
    stacked = 0
    for char in line:
        category = unicodedata.category(char)
        stacked = stacked + 1 if category in {"Mn", "Me"} else 0
        if category == "Cs":
            seen.append("\N{REPLACEMENT CHARACTER}")  # a lone surrogate cannot be encoded
        elif category not in _INVISIBLE and stacked <= _STACKED:
            seen.append(char)
    return "".join(seen)


def _shorten(line: str, columns: int) -> str:
    return line if len(line) <= columns else f"{line[: columns - 1]}…"
