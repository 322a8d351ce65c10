"""Lay text out for a terminal of any width: set-in blocks, score bars, numbers and lists in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.progress_bar import ProgressBar
from rich.text import Text

from autograder.language import marked, tr, trn

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.console import Console, ConsoleOptions

__all__ = ["Block", "Symbols", "bar", "count", "listed", "part_name", "points"]

_BAR = 20
_NAMED = 3  # how many things a sentence names before it only counts
_NARROWEST = 16
_PARTS = {
    "correctness": marked("correctness"),
    "parity": marked("parity"),
    "speed": marked("speed"),
}


class Symbols:
    """The few signs that we use, for a terminal that has them and for one that has not."""

    def __init__(self, *, ascii_only: bool) -> None:
        self.tick, self.cross, self.dot = ("+", "x", "-") if ascii_only else ("✓", "✗", "·")
        self.empty, self.half, self.full = (".", "o", "*") if ascii_only else ("○", "◐", "●")
        self.next = ">" if ascii_only else "▸"
        self.rule = "| " if ascii_only else "│ "
        self.axis, self.one, self.limit = ("-", "+", "|") if ascii_only else ("─", "┼", "┃")
        self.heights = "*" if ascii_only else "▁▂▃▄▅▆▇█"


class Block:
    """Text with a margin in front of every line, wrapped lines included.

    Rich's own padding fills lines with blanks to the right, which a pipe would carry along.

    Args:
        text: Plain text; markup in it is not obeyed.
        style: Style of the text.
        margin: What stands in front of the first line.
        hanging: What stands in front of the other lines; by default blanks, as wide as *margin*.
    """

    def __init__(
        self, text: str, style: str = "", *, margin: str = "", hanging: str | None = None
    ) -> None:
        self.text = Text(text, style=style)
        self.margin = margin
        self.hanging = " " * cell_len(margin) if hanging is None else hanging

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        width = max(options.max_width - cell_len(self.margin), _NARROWEST)
        for number, line in enumerate(self.text.wrap(console, width, overflow="fold")):
            line.rstrip()
            yield Text(self.hanging if number else self.margin).append_text(line)


def bar(done: float, of: float) -> ProgressBar:
    """Return a bar that is full where everything is *done*."""
    return ProgressBar(total=max(of, 1e-9), completed=max(done, 0.0), width=_BAR)


def points(number: float) -> str:
    """Return *number* with at most two decimals: `8`, `8.5`, `8.33`."""
    return f"{round(number, 2):g}"


def count(number: int, noun: str) -> str:
    """Return `1 check`, `2 checks`, in English; see `trn` for what students read."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def part_name(part: str) -> str:
    """Return what a student calls *part*."""
    return tr(_PARTS.get(part, part))


def listed(sentences: Iterable[str]) -> str:
    """Return the first few of *sentences* in a row, each with its full stop, and count the rest."""
    ended = [s if s.endswith((".", "!", "?")) else f"{s}." for s in sentences]
    left = len(ended) - _NAMED
    more = [trn("And {n} more.", "And {n} more.", left)] if left > 0 else []
    return " ".join(ended[:_NAMED] + more)
