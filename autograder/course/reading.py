"""Read the source of stubs and solutions: what they offer, and what is still to be written in them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["functions", "functions_in", "signatures", "todos", "with_bodies"]

_DOES_NOTHING = "pass"


def functions(source: str) -> dict[str, ast.FunctionDef]:
    """Return every top-level function and every method in *source*, by dotted name."""
    return functions_in(ast.parse(source))


def functions_in(tree: ast.Module) -> dict[str, ast.FunctionDef]:
    """Return the same of *tree*: its own nodes, to be changed in their place."""
    found: dict[str, ast.FunctionDef] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            found[node.name] = node
        elif isinstance(node, ast.ClassDef):
            methods = [method for method in node.body if isinstance(method, ast.FunctionDef)]
            found |= {f"{node.name}.{method.name}": method for method in methods}
    return found


def signatures(source: str) -> dict[str, str]:
    """Return the parameters of every function and method in *source*, by dotted name."""
    return {name: ast.unparse(function.args) for name, function in functions(source).items()}


def todos(function: ast.FunctionDef) -> Iterator[str]:
    """Yield what every `raise NotImplementedError(…)` in *function* says."""
    for node in ast.walk(function):
        if isinstance(node, ast.Raise) and _is_todo(node):
            given = node.exc.args if isinstance(node.exc, ast.Call) else []
            yield "".join(str(a.value) for a in given if isinstance(a, ast.Constant))


def with_bodies(stub: str, body: str) -> str:
    """Return *stub* with *body* in the place of every `raise NotImplementedError(…)`."""
    tree = ast.parse(stub)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            names = {argument.arg for argument in node.args.args}
            text = body if body != "return self" or "self" in names else _DOES_NOTHING
            node.body = [
                ast.parse(f"def _():\n {text}").body[0].body[0] if _is_todo(s) else s  # type: ignore[attr-defined]
                for s in node.body
            ]
    return ast.unparse(ast.fix_missing_locations(tree))


def _is_todo(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Raise) and "NotImplementedError" in ast.unparse(statement)
