"""The sentences that a suite writes itself, and their translations, of which it knows nothing.

A suite says `require(ok, f"expected {n} rows, got {m}")`. In `it.toml` the section `[messages]` has
that phrase with `{}` where a value stands: `"expected {} rows, got {}" = "attese {} righe, …"`.
What a suite can say is found by reading its source, what a check did say by matching it as a whole.
"""

from __future__ import annotations

import ast
import contextlib
import re
from contextvars import ContextVar
from functools import cached_property, partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

__all__ = ["Phrasebook", "literals_of", "phrases_of", "telling", "told"]

_HOLE = re.compile(r"\{(\d*)\}")
_WORD = re.compile(r"[a-z]{2}")
_DEEPEST = 4
"""So many phrases stand one within another."""
_JOINS = {"{}: {}": "{}: {}", "{}, {}": "{}, {}"}
"""What puts phrases together without a word of its own."""
_PATIENCE = 500
"""So many texts are read for one; a student's value may look like any number of phrases."""
_LOOKUPS = ("get", "pop", "removeprefix")


_Reading = tuple[int, str]
"""How many letters of a text are of phrases, and what it is in the other language."""


class Phrasebook:
    """Phrases with `{}` for values, and what each is in another language.

    There `{}` is the next value, or `{0}` the first and `{1}` the second where they change places.
    """

    def __init__(self, messages: Mapping[str, str]) -> None:
        self._messages = messages

    @cached_property
    def _phrases(self) -> list[tuple[list[str], str]]:
        phrases = _JOINS | dict(self._messages)
        return [(_HOLE.split(english)[::2], other) for english, other in phrases.items()]

    def told(self, text: str) -> str:
        """Return *text* as the phrasebook has it, with its values likewise; else *text*."""
        return self._read(text, _DEEPEST, {})[1]

    def _read(self, text: str, depth: int, known: dict[tuple[str, int], _Reading]) -> _Reading:
        """Return the reading of *text* in which phrases have the most letters, values the fewest."""
        if text in self._messages:
            return sum(map(str.isalpha, text)), self._messages[text]
        best = known.get((text, depth), (0, text))
        if (text, depth) in known or not depth or len(known) >= _PATIENCE:
            return best
        known[text, depth] = best
        for pieces, other in self._phrases:
            values = _values_in(text, pieces)
            if values is None:
                continue
            readings = [self._read(value, depth - 1, known) for value in values]
            own = sum(character.isalpha() for piece in pieces for character in piece)
            letters = own + sum(letters for letters, _ in readings)
            if letters > best[0]:
                places = iter(range(len(readings)))
                said = [value for _, value in readings]
                best = letters, _HOLE.sub(partial(_filled, said, places), other)
        known[text, depth] = best
        return best


def _filled(values: list[str], places: Iterator[int], hole: re.Match[str]) -> str:
    return values[int(hole[1] or next(places))]


def _values_in(text: str, pieces: list[str]) -> list[str] | None:
    """Return what stands between *pieces* where *text* is made of them, else None.

    The values may be a student's: this takes no longer than reading them, whatever they are.
    """
    if len(pieces) == 1:
        return None  # a phrase without values is looked up
    first, *middle, last = pieces
    place, end = len(first), len(text) - len(last)
    if place > end or not text.startswith(first) or not text.endswith(last):
        return None
    values = []
    for piece in middle:
        found = text.find(piece, place, end)
        if found < 0:
            return None
        values.append(text[place:found])
        place = found + len(piece)
    return [*values, text[place:end]]


_spoken: ContextVar[Phrasebook] = ContextVar("phrasebook", default=Phrasebook({}))  # noqa: B039


@contextlib.contextmanager
def telling(messages: Mapping[str, str]) -> Iterator[None]:
    """Tell what a suite says as *messages* have it meanwhile, in this thread."""
    token = _spoken.set(Phrasebook(messages))
    try:
        yield
    finally:
        _spoken.reset(token)


def told(text: str) -> str:
    """Return what a suite says in the language that is spoken, where its exercise has it."""
    return _spoken.get().told(text)


def phrases_of(suite: Path) -> set[str]:
    """Return what the checks and probes in the folder *suite* can say, with `{}` for values.

    That is every string of several words but titles and hints of checks, documentation, and names
    under which something is looked up; and a single word that is given as `what`.
    """
    keys = {text for tree in _trees(suite) for text in _keys_in(tree)}
    phrases = {text for text in literals_of(suite) - keys if " " in text and _WORD.search(text)}
    return phrases | {text for tree in _trees(suite) for text in _names_in(tree)}


def literals_of(suite: Path) -> set[str]:
    """Return every string that the checks and probes in the folder *suite* write, with `{}` for values."""
    return {text for tree in _trees(suite) for text in _literals_in(tree)}


def _trees(suite: Path) -> Iterator[ast.AST]:
    for path in sorted([*suite.glob("test_*.py"), *suite.glob("probes.py")]):
        yield ast.parse(path.read_text(encoding="utf-8"))


def _literals_in(tree: ast.AST) -> Iterator[str]:
    if isinstance(tree, ast.Expr) and isinstance(tree.value, ast.Constant):
        return  # documentation
    if (text := _text_of(tree)) is not None:
        yield text
    for child in ast.iter_child_nodes(tree):
        is_piece = isinstance(tree, ast.JoinedStr) and isinstance(child, ast.Constant)
        is_check = isinstance(tree, ast.FunctionDef) and child in tree.decorator_list
        if not is_piece and not is_check:
            yield from _literals_in(child)


def _text_of(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(_text_of(piece) or "{}" for piece in node.values)
    return None


def _keys_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        looked_up: list[ast.expr] = []
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
            looked_up = [node.slice]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            looked_up = node.args[:1] if node.func.attr in _LOOKUPS else []
        yield from (text for key in looked_up if (text := _text_of(key)) is not None)


def _names_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "what":
            name = _text_of(node.value)
            if name is not None and name.isalpha():
                yield name
