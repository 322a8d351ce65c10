"""Known mistakes: wrong implementations on purpose, and what two of them come to in one file."""

from __future__ import annotations

import ast
import re
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from autograder.course.reading import functions_in

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Mistake", "read_mistakes", "spliced"]

_HEADER = re.compile(r"Fails: (?P<fails>.+?)\.\s+Says: (?P<says>.+)", re.DOTALL)


class Mistake(msgspec.Struct, frozen=True, kw_only=True):
    """A wrong implementation on purpose, named after its misconception."""

    name: str
    path: Path
    text: str
    fails: frozenset[str]
    """Exactly the checks that it fails; those skipped for want of them are not named."""
    says: str
    """The sentence of a good teacher."""


@cache
def read_mistakes(folder: Path) -> tuple[Mistake, ...]:
    """Return the mistakes of one exercise, by name.

    Raises:
        ValueError: If a file is not Python, or does not begin with `Fails: … . Says: …`.
    """
    found = []
    for path in sorted(folder.glob("*.py")):
        text = path.read_text(encoding="utf-8")
        try:
            tree = ast.parse(text, path.name)
        except SyntaxError as error:
            raise ValueError(f"{path} is not Python: {error}") from error
        doc = ast.get_docstring(tree) or ""
        header = _HEADER.fullmatch(" ".join(doc.split()))
        if header is None:
            raise ValueError(f"{path} does not begin with 'Fails: <checks>. Says: <sentence>'")
        fails = frozenset(re.split(r",\s*", header["fails"]))
        found.append(
            Mistake(name=path.stem, path=path, text=text, fails=fails, says=header["says"])
        )
    return tuple(found)


def spliced(one: str, other: str) -> Iterator[str]:
    """Yield *one* with one function or method after the other as *other* has it, where they differ.

    One of these has the mistakes of both, if they are in different functions. What *other*
    imports, or defines beside, is taken along.
    """
    mine, theirs = _parsed(one), _parsed(other)
    lines, others = one.splitlines(), functions_in(theirs)
    for name, function in functions_in(mine).items():
        put = others.get(name)
        if put is None or _is_same(put, other, function, one):
            continue
        before, after = lines[: _first_line(function) - 1], lines[function.end_lineno :]
        taken_along = [_text_of(node, other) for node in _missing(mine, theirs)]
        yield "\n".join([*taken_along, *before, _text_of(put, other), *after]) + "\n"


@lru_cache(maxsize=64)
def _parsed(text: str) -> ast.Module:
    """Return the tree of *text*, which nobody changes."""
    return ast.parse(text)


def _text_of(node: ast.stmt, source: str) -> str:
    """Return the lines of *node*, decorators included."""
    return "\n".join(source.splitlines()[_first_line(node) - 1 : node.end_lineno])


def _first_line(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _is_same(one: ast.FunctionDef, text: str, other: ast.FunctionDef, other_text: str) -> bool:
    """Return whether two functions do the same; that most are written alike saves most of it."""
    return _text_of(one, text) == _text_of(other, other_text) or _as_code(one) == _as_code(other)


def _as_code(function: ast.FunctionDef) -> str:
    """Return *function* without what does nothing: its docstring and annotations."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    arguments = [
        argument.arg for argument in ast.walk(function.args) if isinstance(argument, ast.arg)
    ]
    return f"{arguments} {[ast.unparse(d) for d in function.decorator_list]} " + "\n".join(
        ast.unparse(statement) for statement in body
    )


def _missing(tree: ast.Module, other: ast.Module) -> list[ast.stmt]:
    """Return the imports and helpers of *other* that *tree* does not have."""
    defined = {name for node in tree.body for name in _names(node)}
    kept = ast.Import | ast.ImportFrom | ast.Assign | ast.FunctionDef | ast.ClassDef
    return [
        node
        for node in other.body
        if isinstance(node, kept) and (names := _names(node)) and not names & defined
    ]


def _names(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
    if isinstance(node, ast.Assign):
        return {target.id for target in node.targets if isinstance(target, ast.Name)}
    return {node.name} if isinstance(node, ast.FunctionDef | ast.ClassDef) else set()
