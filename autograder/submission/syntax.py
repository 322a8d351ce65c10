"""Read Python that somebody else wrote: its tree, its lines, its top-level names.

Nothing here runs or imports it. A file that cannot be read is refused with the line, the
column and a reason in plain words. Errors that only the compiler finds, such as a `return`
outside a function, come from the worker, which compiles in its cage: compiling can be made
to take a gigabyte by a few nested `finally` blocks.
"""

from __future__ import annotations

import ast
import warnings
from typing import TYPE_CHECKING, NoReturn

from autograder.language import marked, tr
from autograder.results.report import Where
from autograder.submission.folder import listed, nearest
from autograder.submission.ungradable import refuse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["binds", "is_script_block", "parse", "require_names", "source_line", "tree_of"]

_DEEPEST = 200  # levels of syntax; people write about thirty, and readers of the tree recurse
_WIDEST = 160  # characters of a line that are shown

_PLAIN_WORDS = {
    "invalid syntax": marked("Python cannot read on from here"),
    "unexpected EOF while parsing": marked("the file ends in the middle of something"),
    "unexpected indent": marked("it is indented further than the lines above allow"),
    "unindent does not match any outer indentation level": marked(
        "its indentation fits no line above"
    ),
    "inconsistent use of tabs and spaces in indentation": marked(
        "its indentation mixes tabs and spaces"
    ),
}
_LEFTOVERS = {
    "<<<<<<<": marked("a merge conflict is left here"),
    "=======": marked("a merge conflict is left here"),
    ">>>>>>>": marked("a merge conflict is left here"),
    "%": marked("a line that begins with '%' works in a notebook only"),
    "!": marked("a line that begins with '!' works in a notebook only"),
}


def parse(text: str) -> ast.Module:
    """Return the syntax tree of *text*, without a word about its warnings."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


def tree_of(name: str, text: str) -> ast.Module:
    """Return the syntax tree of the file *name*.

    Raises:
        Ungradable: If it is not Python, or nested more deeply than people write.
    """
    try:
        tree = parse(text)
    except SyntaxError as error:
        _refuse_syntax(name, text, error)
    except (RecursionError, MemoryError, ValueError, OverflowError):
        _refuse_nesting(name)
    level: list[ast.AST] = [tree]
    for _ in range(_DEEPEST):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    if level:
        _refuse_nesting(name)
    return tree


def require_names(name: str, tree: ast.Module, names: Sequence[str]) -> None:
    """Refuse a file *name* that does not define *names* at its top level.

    Raises:
        Ungradable: If one is missing; the sentence says what is there instead.
    """
    defined = list(_defined(tree))
    missing = next((n for n in names if n not in defined), None)
    if missing is None or "*" in defined:
        return
    kinds = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    lines = {node.name: node.lineno for node in ast.walk(tree) if isinstance(node, kinds)}
    offers = [n for n in dict.fromkeys(defined) if n in lines]
    near = nearest(missing, defined)
    if missing in lines:
        sentence = tr(
            "{name!r} defines {missing!r} inside something else (line {line}); move it to the "
            "left margin.",
            name=name,
            missing=missing,
            line=lines[missing],
        )
        refuse("name", sentence)
    if near:
        found = tr("it defines {near!r}.", near=near)
    elif offers:
        found = tr("it defines {names}. Keep the names of the stub.", names=listed(offers))
    else:
        found = tr("it defines no class and no function. Start from the stub.")
    sentence = tr(
        "{name!r} defines no {missing!r}; {found}", name=name, missing=missing, found=found
    )
    refuse("name", sentence)


def source_line(text: str, line: int, around: int = 0) -> tuple[str, int]:
    """Return a line of *text* fit to be shown, and how many characters were cut off before it.

    What cannot be printed becomes a space, one for one, so that columns stay right; of a
    long line, the part *around* that column is shown.
    """
    whole = text.split("\n")[line - 1]
    start = max(0, around - _WIDEST // 2) if len(whole) > _WIDEST else 0
    window = whole[start : start + _WIDEST]
    return "".join(c if c.isprintable() else " " for c in window).rstrip(), start


def is_script_block(node: ast.AST) -> bool:
    """Return whether *node* is `if __name__ == "__main__":`, whose body never runs here."""
    match node:
        case ast.If(test=ast.Compare(left=left, ops=[ast.Eq()], comparators=[right])):
            match left, right:
                case (ast.Name(id="__name__"), ast.Constant(value="__main__")) | (
                    ast.Constant(value="__main__"),
                    ast.Name(id="__name__"),
                ):
                    return True
    return False


def binds(node: ast.AST) -> tuple[str, ...]:
    """Return the names that *node* itself binds in its scope; `*` for a star import."""
    match node:
        case ast.Name(id=name, ctx=ast.Store()):
            return (name,)
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return (name,)
        case ast.alias(name=name, asname=asname):
            return (asname or name.partition(".")[0],)
        case ast.ExceptHandler(name=str(name)) | ast.MatchMapping(rest=str(name)):
            return (name,)
        case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            return (name,)
    return ()


def _defined(tree: ast.Module) -> Iterator[str]:
    """Yield the names that importing *tree* may bind at its top level."""
    nodes: list[ast.AST] = [tree]
    while nodes:
        node = nodes.pop()
        yield from binds(node)
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.Lambda():
                continue
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                continue
            case ast.AnnAssign(value=None):
                continue
            case ast.If() if is_script_block(node):
                nodes += reversed(node.orelse)
            case _:
                nodes += reversed(list(ast.iter_child_nodes(node)))


def _refuse_syntax(name: str, text: str, error: SyntaxError) -> NoReturn:
    # At the end of a file the parser may point one line or column beyond it.
    line = min(max(error.lineno or 1, 1), text.count("\n") + 1)
    source, cut = source_line(text, line, error.offset or 0)
    caret = min(max((error.offset or 1) - cut, 1), len(source) + 1)
    leftovers = (why for mark, why in _LEFTOVERS.items() if source.lstrip().startswith(mark))
    known = next(leftovers, None) or _PLAIN_WORDS.get(error.msg)
    why = tr(known) if known else error.msg[:_WIDEST]
    where = Where(file=name, line=line, source=source)
    sentence = tr("Line {line} of {file!r} is not Python: {why}.", line=line, file=name, why=why)
    refuse("syntax", sentence, where=where, caret=caret)


def _refuse_nesting(name: str) -> NoReturn:
    sentence = tr(
        "{name!r} is nested too deeply to be read; split its longest expression.", name=name
    )
    refuse("nesting", sentence)
