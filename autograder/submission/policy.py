"""Say what a submission may not use, by reading it.

Names count by where they come from, however they are spelt (see `origins`), so that nobody
is blamed for a word in a comment or for a variable of his own. Reading teaches and deters;
it does not defend: what is hidden from a reader meets the same lists in the worker, and
behind them the cage.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import msgspec

from autograder.language import marked, tr
from autograder.submission.origins import BUILTINS, Origins, Scope
from autograder.submission.syntax import parse, source_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autograder.course.exercise import Exercise
    from autograder.submission.intake import Submission

__all__ = ["ALLOWED", "DENIED", "Violation", "violations"]

ALLOWED: tuple[str, ...] = (
    "__future__",
    "abc",
    "array",
    "bisect",
    "cmath",
    "collections",
    "contextlib",
    "copy",
    "dataclasses",
    "datetime",
    "decimal",
    "enum",
    "fractions",
    "functools",
    "heapq",
    "itertools",
    "json",
    "logging",
    "math",
    "numbers",
    "numpy",
    "operator",
    "pprint",
    "random",
    "re",
    "statistics",
    "string",
    "struct",
    "textwrap",
    "time",
    "torch",
    "types",
    "typing",
    "typing_extensions",
    "warnings",
    "weakref",
)
"""Modules that any exercise may import, with everything below them."""

DENIED: tuple[str, ...] = (
    "builtins.__build_class__",
    "builtins.__import__",
    "builtins.compile",
    "builtins.eval",
    "builtins.exec",
    "logging.config",
    "logging.handlers",
    "numpy.ctypeslib",
    "numpy.distutils",
    "numpy.f2py",
    "numpy.load",
    "torch._C",
    "torch._VF",
    "torch._VariableFunctions",
    "torch._decomp",
    "torch._dynamo",
    "torch._export",
    "torch._fused_adagrad_",
    "torch._fused_adam_",
    "torch._fused_adamw_",
    "torch._fused_sgd_",
    "torch._higher_order_ops",
    "torch._inductor",
    "torch._library",
    "torch._ops",
    "torch._prims",
    "torch._refs",
    "torch.classes",
    "torch.compile",
    "torch.compiler",
    "torch.distributed",
    "torch.export",
    "torch.fx",
    "torch.hub",
    "torch.jit",
    "torch.library",
    "torch.load",
    "torch.multiprocessing",
    "torch.onnx",
    "torch.ops",
    "torch.package",
    "torch.serialization",
    "torch.testing._internal",
    "torch.utils._python_dispatch",
    "torch.utils.cpp_extension",
    "torch.utils.model_zoo",
    "types.CodeType",
)
"""Dotted names that no exercise needs, with everything below them."""

# Modules that lead out of the submission; allowed ones carry them inside, as `random._os`.
_WAYS_OUT = re.compile(
    "_?(builtins|ctypes|gc|importlib|inspect|io|marshal|multiprocessing|os|pickle|posix|shutil"
    "|socket|subprocess|sys|threading)"
)
# Attributes that lead from any object to the interpreter's own.
_INSIDES = re.compile("__(builtins|closure|code|globals|loader|spec|subclasses)__")
# The same, but words that a student may well have chosen for something else.
_FRAMES = re.compile("(ag|cr|gi)_(code|frame)|f_(back|builtins|code|globals|locals)|tb_frame")
# On a module or a built-in function these hold everything that it can reach.
_CONTENTS = frozenset({"__dict__", "__self__"})

_REBUILDS = marked("this exercise is about writing it yourself")
_NOT_NEEDED = marked("no exercise needs it, so leave it out")
_INNER = marked("it reaches into Python's own insides, so leave it out")


class Violation(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a submission that uses what it may not."""

    name: str
    """Dotted, as it is called where it comes from."""
    file: str
    line: int
    source: str
    sentence: str


def violations(submission: Submission, exercise: Exercise) -> tuple[Violation, ...]:
    """Return what *submission* uses that *exercise* does not allow, by file and line."""
    found: dict[tuple[str, int, str], Violation] = {}
    for file, text in submission.files.items():
        for node, name, sentence in _Reader(text, exercise).findings():
            line: int = getattr(node, "lineno", 1)
            found.setdefault(
                (file, line, name),
                Violation(
                    name=name,
                    file=file,
                    line=line,
                    source=source_line(text, line)[0].strip(),
                    sentence=tr("Line {line} {what}.", line=line, what=sentence),
                ),
            )
    return tuple(found[key] for key in sorted(found))


class _Reader:
    """One file, its origins, and what its exercise says about them."""

    def __init__(self, text: str, exercise: Exercise) -> None:
        self.policy = exercise.policy
        self.own = tuple(name.removesuffix(".py") for name in exercise.files)
        self.origins = Origins(parse(text))
        self._reasons: dict[str, str | None] = {}

    def findings(self) -> Iterator[tuple[ast.AST, str, str]]:
        """Yield each offending node with the name it uses and the end of a sentence."""
        reported: set[int] = set()
        for node, scope in self.origins.nodes:
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield from ((node, *finding) for finding in self._of_import(node))
            elif id(node) not in reported:
                finding = self._of_expression(node, scope)
                if finding:
                    # `torch.optim` inside `torch.optim.SGD` would be the same news again.
                    reported.update(id(part) for part in ast.walk(node))
                    yield node, *finding

    def _of_import(self, node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
        if isinstance(node, ast.ImportFrom) and node.level:
            name = "." * node.level + (node.module or "")
            yield (
                name,
                tr(
                    "imports {name!r}; a graded file stands alone, without a package around it",
                    name=name,
                ),
            )
            return
        for alias in node.names:
            module = alias.name
            name = alias.name
            if isinstance(node, ast.ImportFrom):
                module = node.module or ""
                name = module if alias.name == "*" else f"{module}.{alias.name}"
            original = self._original(name)
            reason = self._reason(original)
            if reason:
                yield original, _imports(original, tr(reason))
            elif not _is_below_any(name, (*ALLOWED, *self.own, *self.policy.imports)):
                yield module, _imports(module, self._choices())

    def _of_expression(self, node: ast.AST, scope: Scope) -> tuple[str, str] | None:
        match node:
            case ast.Attribute(attr=attr) if self._is_inside(attr):
                return attr, _uses(attr, _INNER)
            case ast.Name(id=key) | ast.Subscript(slice=ast.Constant(value=str(key))) if (
                _INSIDES.fullmatch(key)
            ):
                return key, _uses(key, _INNER)
            case ast.Name(ctx=ast.Load()) | ast.Attribute() | ast.Call():
                if isinstance(node, ast.Call):
                    got = self.origins.gets(node, scope)
                    inner = next(filter(self._is_inside, got[1].split(".")), None) if got else None
                    if inner:
                        return inner, _uses(inner, _INNER)
                for origin in sorted(self.origins.of(node, scope)):
                    original = self._original(origin)
                    reason = self._reason(original)
                    if reason:
                        name = original.removeprefix(BUILTINS)
                        return name, _uses(name, reason)
        return None

    def _is_inside(self, attr: str) -> bool:
        if attr in self.origins.chosen:
            return bool(_INSIDES.fullmatch(attr))
        return bool(_INSIDES.fullmatch(attr) or _FRAMES.fullmatch(attr))

    def _original(self, name: str) -> str:
        """Return what *name* is called before one of the exercise's own files handed it on."""
        first, _, rest = name.partition(".")
        return rest if rest and first in self.own else name

    def _reason(self, name: str) -> str | None:
        """Return why the dotted *name* may not be used, or None."""
        if name not in self._reasons:
            self._reasons[name] = self._find_reason(name)
        return self._reasons[name]

    def _find_reason(self, name: str) -> str | None:
        parts = name.split(".")
        if any(_is_same(name, forbidden) for forbidden in self.policy.forbidden):
            return _REBUILDS
        if _is_below_any(name, self.policy.imports):
            return None
        if _is_below_any(name, DENIED):
            return _NOT_NEEDED
        if any(_WAYS_OUT.fullmatch(part) for part in parts[1:]):
            return _NOT_NEEDED
        return _INNER if _CONTENTS.intersection(parts[1:]) else None

    def _choices(self) -> str:
        more = "".join(f"{name}, " for name in self.policy.imports)
        return tr(
            "an exercise may use torch, numpy, {more}math, random, collections, itertools and "
            "such plain parts of Python. What only you run, such as a plot, may stand under "
            '`if __name__ == "__main__":`',
            more=more,
        )


def _imports(name: str, why: str) -> str:
    return tr("imports {name!r}; {why}", name=name, why=why)


def _uses(name: str, why: str) -> str:
    return tr("uses {name!r}; {why}", name=name, why=tr(why))


def _is_below_any(name: str, roots: tuple[str, ...]) -> bool:
    return f"{name}.".startswith(tuple(f"{root}." for root in roots))


def _is_same(name: str, forbidden: str) -> bool:
    """Return whether *name* is *forbidden*, or below it, or its class where it is defined.

    `torch.nn.modules.linear.Linear` is `torch.nn.Linear`: only a class's own name is matched
    in this way, because `torch.sparse.sum` is not `torch.sum`.
    """
    parent, _, last = forbidden.rpartition(".")
    if _is_below_any(name, (forbidden,)):
        return True
    is_class = last[:1].isupper() and name.startswith(f"{parent}.")
    return is_class and last in name.removeprefix(parent).split(".")
