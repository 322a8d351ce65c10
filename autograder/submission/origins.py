"""Tell where each name in a file comes from: `F` from `torch.nn.functional`, say.

A local variable called `optim` is not `torch.optim`, and `torch.optim` under another name
still is. So names are followed from the import through plain assignments, scope by scope,
without running anything. What cannot be followed has no origin, never a guessed one.
"""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING

from autograder.submission.syntax import binds, is_script_block

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["BUILTINS", "Origins", "Scope", "constant_text"]

BUILTINS = "builtins."
"""How the origin of a built-in name begins."""

# A name has one origin in what people write, and a short one; these bound what a hostile
# file can cost.
_MOST_ORIGINS = 8
_LONGEST = 200
_ROUNDS = 4

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_GETTERS = {"builtins.getattr", "builtins.object.__getattribute__"}


class Scope:
    """The names that a module, class, function or comprehension binds, with their origins."""

    def __init__(self, parent: Scope | None = None, kind: type[ast.AST] = ast.Module) -> None:
        self.parent = parent
        self.kind = kind
        self.names: dict[str, set[str]] = {}
        self.elsewhere: dict[str, Scope] = {}
        """Where names declared `global` or `nonlocal` live."""

    def bind(self, name: str) -> set[str]:
        """Return the origins of *name*, to be added to; it is bound from now on."""
        home = self.elsewhere.get(name, self)
        return home.names.setdefault(name, set())

    def find(self, name: str) -> set[str] | None:
        """Return the origins of *name* as seen from here, or None where it is not bound."""
        scope: Scope | None = self.elsewhere.get(name, self)
        while scope:
            # What a class binds is seen in its own body only, not in its methods.
            if name in scope.names and (scope is self or scope.kind is not ast.ClassDef):
                return scope.names[name]
            scope = scope.parent
        return None


class Origins:
    """Every node of a tree that would run here, in order, with its scope."""

    def __init__(self, tree: ast.Module) -> None:
        self.nodes: list[tuple[ast.AST, Scope]] = []
        self.attributes: dict[str, set[str]] = {}
        """Origins of what was assigned to an attribute of this name, on whatever object."""
        self.chosen: set[str] = set()
        """Attributes that the file itself sets on something, or defines in a class."""
        self._module = Scope()
        self._stars: set[str] = set()
        self._aliases: list[tuple[set[str], ast.expr, Scope]] = []
        self._known: dict[int, set[str]] = {}
        # Where `__name__` is the file's own, such a block may run after all.
        self._skips_script = not any(
            "__name__" in binds(node) or (isinstance(node, ast.arg) and node.arg == "__name__")
            for node in ast.walk(tree)
        )
        self._read(tree)
        self._follow()

    def of(self, node: ast.AST, scope: Scope) -> set[str]:
        """Return the dotted names that the expression *node* may stand for, if any."""
        # Each part of an expression is asked for by every part around it.
        if id(node) not in self._known:
            self._known[id(node)] = self._of(node, scope)
        return self._known[id(node)]

    def gets(self, call: ast.Call, scope: Scope) -> tuple[ast.expr, str] | None:
        """Return object and constant name where *call* is `getattr` under one of its guises."""
        match call:
            case ast.Call(func=ast.Attribute(value=value, attr="__getattribute__"), args=[key]):
                pair = value, key
            case ast.Call(func=ast.Call(func=func, args=[key]), args=[value]):
                if "operator.attrgetter" not in self.of(func, scope):
                    return None
                pair = value, key
            case ast.Call(func=func, args=[value, key, *_]):
                if not _GETTERS & self.of(func, scope):
                    return None
                pair = value, key
            case _:
                return None
        text = constant_text(pair[1])
        return (pair[0], text) if text else None

    def _of(self, node: ast.AST, scope: Scope) -> set[str]:
        match node:
            case ast.Name(id=name):
                return self._of_name(name, scope)
            case ast.Attribute(value=value, attr=attr):
                found = _below(self.of(value, scope), attr)
                return found or self.attributes.get(attr, set())
            case ast.Call():
                return self._of_call(node, scope)
            case ast.NamedExpr(value=value):
                choices = [value]
            case ast.IfExp(body=one, orelse=other):
                choices = [one, other]
            case ast.BoolOp(values=values):
                choices = values
            case _:
                choices = []
        return {origin for choice in choices for origin in self.of(choice, scope)}

    def _of_name(self, name: str, scope: Scope) -> set[str]:
        found = scope.find(name)
        if found is not None:
            return found
        stars = {f"{module}.{name}" for module in self._stars}
        return stars | {BUILTINS + name} if hasattr(builtins, name) else stars

    def _of_call(self, call: ast.Call, scope: Scope) -> set[str]:
        got = self.gets(call, scope)
        if got:
            return _below(self.of(got[0], scope), got[1])
        if len(call.args) == 1 and "builtins.vars" in self.of(call.func, scope):
            return _below(self.of(call.args[0], scope), "__dict__")
        return set()

    def _read(self, tree: ast.Module) -> None:
        pending: list[tuple[ast.AST, Scope]] = [(tree, self._module)]
        while pending:
            node, scope = pending.pop()
            self.nodes.append((node, scope))
            for name in binds(node):
                scope.bind(name)
                if scope.kind is ast.ClassDef:
                    self.chosen.add(name)
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                self.chosen.add(node.attr)
            self._bind(node, scope)
            pending.extend(reversed(list(self._children(node, scope))))

    def _children(self, node: ast.AST, scope: Scope) -> Iterable[tuple[ast.AST, Scope]]:
        children = list(ast.iter_child_nodes(node))
        if self._skips_script and is_script_block(node):
            return [(child, scope) for child in getattr(node, "orelse", ())]
        if isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
            # Decorators, defaults, bases and annotations belong to the scope around.
            body = node.body if isinstance(node.body, list) else [node.body]
            inside = {id(child) for child in body}
            inner = Scope(scope, type(node))
            if not isinstance(node, ast.ClassDef):
                self._bind_arguments(node.args, inner, scope)
            return [(child, inner if id(child) in inside else scope) for child in children]
        if isinstance(node, _COMPREHENSIONS):
            inner = Scope(scope, ast.ListComp)
            return [(child, inner) for child in children]
        return [(child, scope) for child in children]

    def _bind(self, node: ast.AST, scope: Scope) -> None:
        match node:
            case ast.Import() | ast.ImportFrom():
                self._bind_import(node, scope)
            case ast.Global(names=names):
                scope.elsewhere.update(dict.fromkeys(names, self._module))
            case ast.Nonlocal(names=names) if scope.parent:
                scope.elsewhere.update(dict.fromkeys(names, scope.parent))
            case ast.NamedExpr(target=target, value=value):
                self._alias(target, value, scope)
                # What `:=` binds inside a comprehension is seen around it, too.
                while scope.kind is ast.ListComp and scope.parent:
                    scope = scope.parent
                    self._alias(target, value, scope)
            case _:
                for place, assigned in _assignments(node):
                    self._alias(place, assigned, scope)

    def _bind_import(self, node: ast.Import | ast.ImportFrom, scope: Scope) -> None:
        for alias in node.names:
            if isinstance(node, ast.Import):
                top = alias.name.partition(".")[0]
                scope.bind(alias.asname or top).add(alias.name if alias.asname else top)
            elif node.module and not node.level:
                scope.bind(alias.asname or alias.name).add(f"{node.module}.{alias.name}")
                if alias.name == "*" and len(self._stars) < _MOST_ORIGINS:
                    self._stars.add(node.module)

    def _bind_arguments(self, given: ast.arguments, inner: Scope, outer: Scope) -> None:
        positional = [*given.posonlyargs, *given.args]
        extra = [arg for arg in (given.vararg, given.kwarg) if arg]
        for arg in (*positional, *given.kwonlyargs, *extra):
            inner.bind(arg.arg)
        defaults = [*zip(reversed(positional), reversed(given.defaults), strict=False)]
        defaults += [(a, d) for a, d in zip(given.kwonlyargs, given.kw_defaults, strict=True) if d]
        for arg, default in defaults:
            self._aliases.append((inner.bind(arg.arg), default, outer))

    def _alias(self, target: ast.expr, value: ast.expr, scope: Scope) -> None:
        match target, value:
            case ast.Name(id=name), _:
                self._aliases.append((scope.bind(name), value, scope))
                if scope.kind is ast.ClassDef:
                    self._aliases.append((self.attributes.setdefault(name, set()), value, scope))
            case ast.Attribute(attr=name), _:
                self._aliases.append((self.attributes.setdefault(name, set()), value, scope))
            case ((ast.Tuple() | ast.List()), (ast.Tuple() | ast.List())):
                for one, its_value in zip(target.elts, value.elts, strict=False):
                    self._alias(one, its_value, scope)

    def _follow(self) -> None:
        for _ in range(_ROUNDS):
            self._known.clear()
            before = sum(len(target) for target, _, _ in self._aliases)
            for target, value, scope in self._aliases:
                new = self.of(value, scope)
                if len(target | new) <= _MOST_ORIGINS:
                    target.update(new)
            if sum(len(target) for target, _, _ in self._aliases) == before:
                return


def constant_text(node: ast.AST | None) -> str | None:
    """Return the text that *node* spells out, also in pieces, or None."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            one, other = constant_text(left), constant_text(right)
            return None if one is None or other is None else one + other
        case ast.JoinedStr(values=values):
            parts = [constant_text(part) for part in values]
            return None if None in parts else "".join(part or "" for part in parts)
        case ast.FormattedValue(value=value, conversion=-1, format_spec=None):
            return constant_text(value)
    return None


def _below(origins: set[str], attr: str) -> set[str]:
    return {f"{origin}.{attr}" for origin in origins if len(origin) + len(attr) < _LONGEST}


def _assignments(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    match node:
        case ast.Assign(targets=targets, value=value):
            yield from ((target, value) for target in targets)
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            yield target, value
        case ast.For(target=target, iter=ast.Tuple(elts=values) | ast.List(elts=values)):
            yield from ((target, value) for value in values)
        case ast.comprehension(target=target, iter=ast.Tuple(elts=values) | ast.List(elts=values)):
            yield from ((target, value) for value in values)
