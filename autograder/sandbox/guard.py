"""Keep student code off what its exercise rebuilds, while it runs.

All of this is best effort: guard and student share one interpreter, and no guard wins that
for certain. It is made so that the cheap ways end in a verdict. What is forbidden is gone from
every module that named it, and its functions are dead themselves, so that one found through
subclasses or `__globals__` computes nothing. Every use of either ends the process, through
`audit_hook`: nothing is there to be swallowed, and nothing to be cleared. What must hold for
certain (files, other processes, expected values, the clock) is the cage's and the judge's.
"""

from __future__ import annotations

import builtins
import sys
import types
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from autograder.sandbox import audit_hook
from autograder.sandbox.audit_hook import IMPORTED, NAMED, REBUILT
from autograder.sandbox.trace import replace_kernels, watch_marks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from autograder.sandbox.audit_hook import Refuse
    from autograder.sandbox.wire import Load

__all__ = ["ENDED", "Taken", "guarded_builtins", "take_away", "watch"]

ENDED = 71
"""Exit code of a worker that a guard ended."""

_audit = sys.audit  # the module's own name for it is in student code's reach


class _Absent(types.ModuleType):
    """Stands where a forbidden name was; student code's every use of it is refused."""

    def __getattr__(self, attribute: str) -> NoReturn:
        _audit(NAMED, self.__name__)
        raise AttributeError(f"module {self.__name__!r} has no attribute {attribute!r}")

    def __call__(self, *_: object, **__: object) -> None:
        _audit(REBUILT, self.__name__)


class Taken(NamedTuple):
    """What was taken away; to be held for as long as it is to stay so."""

    sources: tuple[str, ...]
    """How the paths of the source files begin."""
    kernels: object


def take_away(forbidden: Sequence[str]) -> Taken:
    """Make every one of the dotted names *forbidden* unusable, and all below it."""
    if not forbidden:
        return Taken((), None)
    kernels = replace_kernels(forbidden, _rebuilt)
    watch_marks(forbidden, _rebuilt)
    roots = tuple(f"{name}." for name in forbidden)
    modules = {n: m for n, m in sys.modules.items() if f"{n}.".startswith(roots)}
    found = {name: list(_originals(name, modules)) for name in forbidden}
    seen: set[int] = set()
    for name, originals in found.items():
        _hide(name, modules)
        _disable(originals, name, seen)
    return Taken(tuple(start for m in modules.values() for start in _sources(m)), kernels)


def _sources(module: types.ModuleType) -> Iterator[str]:
    """Yield how the paths begin under which the source of *module* can be read."""
    file = vars(module).get("__file__")
    if isinstance(file, str):
        path = Path(file)
        if path.stem == "__init__":
            yield f"{path.parent}/"
        else:
            yield f"{path.with_suffix('')}."
            yield f"{path.parent}/__pycache__/{path.stem}."


def _originals(dotted: str, modules: dict[str, types.ModuleType]) -> Iterator[object]:
    """Yield the class or function named *dotted*, or what the module of that name defines."""
    original = _resolve(dotted)
    if original is not None and not isinstance(original, types.ModuleType):
        yield original
    for name, module in modules.items():
        if _is_below(name, dotted):
            for value in list(vars(module).values()):
                if isinstance(value, types.FunctionType | type) and _is_below(
                    str(value.__module__), dotted
                ):
                    yield value


def _resolve(dotted: str) -> object:
    parts = dotted.split(".")
    place: object = sys.modules.get(parts[0])
    for part in parts[1:]:
        place = getattr(place, part, None)
    return place


def _hide(dotted: str, modules: dict[str, types.ModuleType]) -> None:
    """Put an absence in the place of *dotted*, and of all *modules* below it."""
    absent = _Absent(dotted)
    sys.modules.update(dict.fromkeys((n for n in modules if _is_below(n, dotted)), absent))
    parent_name, _, attribute = dotted.rpartition(".")
    parent = _resolve(parent_name)
    original = getattr(parent, attribute, None)
    if original is None:
        return
    setattr(parent, attribute, absent)
    # Hide a class or function also where it is defined, when it was named by a shorter path.
    home = sys.modules.get(getattr(original, "__module__", None) or "")
    name = getattr(original, "__name__", "")
    if home is not None and getattr(home, name, None) is original:
        setattr(home, name, absent)


def _disable(originals: list[object], name: str, seen: set[int]) -> None:
    """Replace the code of *originals* and of all their parts, whoever may still hold them."""
    pending = [(original, str(getattr(original, "__module__", ""))) for original in originals]
    while pending:
        part, home = pending.pop()
        if id(part) in seen:
            continue
        seen.add(id(part))
        if isinstance(part, types.FunctionType):
            pending.extend((inner, home) for inner in _wrapped(part))
            if part.__module__ == home:  # a class may hold functions of others, as enums do
                _kill(part, name)
        elif isinstance(part, type):
            members = [value for key, value in vars(part).items() if key != "__del__"]
            pending.extend((f, part.__module__) for m in members for f in _functions_of(m))
            children: list[type] = type.__subclasses__(part)
            torchs = [c for c in children if str(c.__module__).startswith("torch.")]
            pending.extend((child, child.__module__) for child in torchs)


def _functions_of(member: object) -> list[object]:
    """Return the functions that a class holds under one name."""
    match member:
        case types.FunctionType():
            return [member]
        case staticmethod() | classmethod():
            return [member.__func__]
        case property():
            return [member.fget, member.fset, member.fdel]
        case cached_property():
            return [member.func]
    return []


def _wrapped(function: types.FunctionType) -> Iterator[object]:
    """Yield the functions that a decorator's wrapper holds."""
    for cell in function.__closure__ or ():
        try:
            content = cell.cell_contents
        except ValueError:  # it is still empty
            continue
        if isinstance(content, types.FunctionType):
            yield content


def _kill(function: types.FunctionType, name: str) -> None:
    """Give *function* another code: the old one is then nowhere in this process."""

    def refused(*_: object, **__: object) -> None:
        __torchgrade_refused__()  # type: ignore[name-defined]  # noqa: F821 - put there below

    function.__globals__["__torchgrade_refused__"] = lambda: _rebuilt(name)
    function.__code__ = refused.__code__.replace(co_freevars=function.__code__.co_freevars)


def _rebuilt(name: str) -> None:
    _audit(REBUILT, name)


def guarded_builtins(load: Load) -> dict[str, Any]:
    """Return the builtins for student code, whose `import` takes the exercise's list only."""
    allowed = {file.removesuffix(".py") for file in load.files}.union(load.imports)
    original, audit = builtins.__import__, _audit

    def guarded_import(
        name: str, scope: Any = None, local: Any = None, names: Any = (), level: int = 0
    ) -> types.ModuleType:
        if not level and name.partition(".")[0] not in allowed and name not in allowed:
            audit(IMPORTED, name)
        return original(name, scope, local, names, level)

    return {**vars(builtins), "__import__": guarded_import}


def watch(forbidden: Sequence[str], taken: Taken, refuse: Refuse) -> None:
    """Have *refuse* called for what student code may not do, for the rest of this process.

    Args:
        forbidden: The dotted names that were taken away.
        taken: What `take_away` returned.
        refuse: Told the innermost frame and a sentence; it does not return.
    """
    for name in [n for n in sys.modules if n.startswith("autograder.sandbox")]:
        del sys.modules[name]  # they are all imported, and their names lead to the hook
    vars(sys.modules["autograder"]).pop("sandbox", None)
    audit_hook.install(forbidden, taken.sources, refuse)


def _is_below(name: str, root: str) -> bool:
    return name == root or name.startswith(f"{root}.")
