"""The shape of the project: sizes, first lines, and the two trees of exercises."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from autograder.course.catalog import Catalog

_ROOT = Path(__file__).resolve().parents[1]
_MODULES = sorted((_ROOT / "autograder").rglob("*.py"))
_EXERCISES = Catalog(_ROOT).everything
_HEAVY = {"torch", "pytest", "nbgrader", "fastapi"}

each_module = pytest.mark.parametrize(
    "module", _MODULES, ids=lambda path: path.relative_to(_ROOT).as_posix()
)


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


@each_module
def test_a_module_has_at_most_450_lines(module):
    """A module can be read in one sitting."""
    lines = _lines(module)

    assert len(lines) <= 450


@each_module
def test_a_module_begins_by_saying_why_it_exists(module):
    """The first thing in a module is its docstring."""
    docstring = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8")))

    assert docstring


@each_module
def test_public_names_are_listed_in_order(module):
    """`__all__` lists constants, then classes, then functions, each by the alphabet, all defined."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    listed = [
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
    ]

    for names in listed:
        assert names == sorted(names, key=_kind_and_name)
        assert set(names) <= _defined(tree)


def _kind_and_name(name: str) -> tuple[int, str]:
    kind = 0 if name.isupper() else 1 if name[0].isupper() else 2
    return kind, name


def _defined(tree: ast.Module) -> set[str]:
    found: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = (n for target in targets for n in ast.walk(target))
            found |= {n.id for n in names if isinstance(n, ast.Name)}
    return found


def test_the_command_line_is_short():
    """`cli.py` parses, calls and shows, in at most 300 lines."""
    lines = _lines(_ROOT / "cli.py")

    assert len(lines) <= 300


def test_the_command_line_imports_nothing_heavy_at_its_top():
    """`cli.py` imports neither torch nor pytest nor a framework before a command runs."""
    tree = ast.parse((_ROOT / "cli.py").read_text(encoding="utf-8"))

    imported = {alias.name for n in tree.body if isinstance(n, ast.Import) for alias in n.names}
    imported |= {n.module or "" for n in tree.body if isinstance(n, ast.ImportFrom)}

    assert imported
    assert not {name.partition(".")[0] for name in imported} & _HEAVY


def test_both_trees_have_the_same_exercises():
    """Every folder of `assignments/` has one of its name in `solutions/`, and the reverse."""
    trees = [
        {path.name for path in (_ROOT / tree).iterdir() if path.is_dir()}
        for tree in ("assignments", "solutions")
    ]

    assert trees[0] == trees[1] == {exercise.id for exercise in _EXERCISES}
