"""Say what an exercise lacks that can be seen without running it: files, stub, lesson, suites.

Nothing here imports or runs a file of the exercise. What has to be graded to be seen is the
business of `autograder.audit`.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from autograder.course.exercise import Suite
from autograder.course.hints import HELP, helpful_hints, hints_of, parse_hints
from autograder.course.reading import functions, signatures, todos
from autograder.errors import CourseError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from autograder.course.exercise import Exercise

__all__ = ["MARKER", "shortcomings", "strays", "to_fill"]

MARKER = "TODO(author):"
"""Stands where an author has still to write something."""

_BACKGROUND = re.compile(r"^## (?:Background|Contesto)$", re.MULTILINE)
_SECTIONS = ["Goal", "Background", "What to implement", "How it is graded", "Hints"]
_FEWEST_HINTS, _MOST_HINTS = 3, 5
_LONGEST_STUB, _LONGEST_BACKGROUND = 80, 20
_SECRET_PLACES = re.compile(r"\b(?:solutions|suite|mistakes|spellings)/|\bNOTES\.md\b|\.secret\b")
_TOO_COMMON = 25
"""A line of a solution that is shorter may stand anywhere by chance."""
_GLOBAL_DRAW = re.compile(
    r"\btorch\.(?:rand|randn|randint|randperm|manual_seed|seed)\(|\bnp\.random\.(?!Generator)"
    r"|(?<!\.)\brandom\.\w+\("
)


def shortcomings(exercise: Exercise) -> Iterator[str]:
    """Yield what is wrong with the files of *exercise*, each as a sentence that names the file.

    Raises:
        CourseError: If a file is missing without which nothing else can be looked at.
    """
    missing = [path for path in _necessary(exercise) if not path.is_file()]
    yield from (f"{_short(path, exercise)} is missing" for path in missing)
    for path in (*(exercise.public / f for f in exercise.files), exercise.solution):
        if path in missing:
            raise CourseError(f"{_short(path, exercise)} is missing; write it first")
        _parsed(path, exercise)
    yield from _signatures_differ(exercise)
    yield from _stub_is_unfinished(exercise)
    if (lesson := exercise.public / "README.md") not in missing:
        yield from _lesson_is_wrong(lesson.read_text(encoding="utf-8"), lesson, exercise)
    yield from _ladders_are_wrong(exercise)
    yield from _suites_are_wrong(exercise)
    yield from _secrets_show(exercise)
    yield from _strange_files(exercise)
    if not exercise.draft:
        yield from (f"still to fill: {place}" for place in to_fill(exercise))


def to_fill(exercise: Exercise) -> tuple[str, ...]:
    """Return every place that an author has still to fill: file, line, and what is to be written."""
    found = []
    for root in (exercise.public, exercise.secret):
        for path in _files(root):
            text = path.read_text(encoding="utf-8", errors="replace")
            for number, line in enumerate(text.splitlines(), start=1):
                if MARKER in line:
                    what = line.partition(MARKER)[2].strip().rstrip('"')
                    found.append(f"{_short(path, exercise)}, line {number}: {what}")
    return tuple(found)


def strays(root: Path, ids: Sequence[str]) -> dict[str, str]:
    """Return the folders below *root* that are half an exercise, with what is missing, by id."""
    found = {}
    for folder in sorted((root / "solutions").glob("*/")):
        if folder.name not in ids and not folder.name.startswith((".", "__")):
            found[folder.name] = (
                f"solutions/{folder.name} has no assignments/{folder.name}/exercise.toml; "
                f"write it, or take the folder away"
            )
    for folder in sorted((root / "assignments").glob("*/")):
        if folder.name not in ids and not folder.name.startswith((".", "__")):
            found[folder.name] = f"assignments/{folder.name} has no exercise.toml"
    return found


def _necessary(exercise: Exercise) -> Iterator[Path]:
    yield exercise.public / "README.md"
    yield from (
        root / name for name in exercise.files for root in (exercise.public, exercise.secret)
    )
    yield exercise.suite_folder(Suite.PUBLIC) / "probes.py"
    yield exercise.suite_folder(Suite.PUBLIC) / f"test_{exercise.id}.py"
    yield exercise.secret / "NOTES.md"
    yield exercise.suite_folder(Suite.HIDDEN) / "probes.py"
    if "parity" in exercise.points:
        yield exercise.suite_folder(Suite.HIDDEN) / "torch_impl.py"


def _parsed(path: Path, exercise: Exercise) -> ast.Module:
    try:
        return ast.parse(path.read_text(encoding="utf-8"))
    except (SyntaxError, ValueError) as error:
        raise CourseError(f"{_short(path, exercise)} is not Python: {error}") from error


def _signatures_differ(exercise: Exercise) -> Iterator[str]:
    stub, solution = (
        signatures(path.read_text(encoding="utf-8")) for path in (exercise.stub, exercise.solution)
    )
    for name in sorted(stub.keys() | solution.keys()):
        ours, theirs = solution.get(name), stub.get(name)
        if theirs is None and name.rpartition(".")[2].startswith("_"):
            continue  # the solution may have private helpers
        if ours != theirs:
            yield f"{name}: the stub has ({theirs}), the solution ({ours})"
    yield from (
        f"exercise.toml lists {name!r}, which the stub does not define"
        for name in exercise.implement
        if name not in stub
    )


def _stub_is_unfinished(exercise: Exercise) -> Iterator[str]:
    source = exercise.stub.read_text(encoding="utf-8")
    where = _short(exercise.stub, exercise)
    lines = len(source.splitlines())
    if lines > _LONGEST_STUB:
        yield f"{where} has {lines} lines; at most {_LONGEST_STUB} fit two screens"
    if not ast.get_docstring(ast.parse(source)):
        yield f"{where} does not begin with a docstring that says what is rebuilt"
    for name, function in functions(source).items():
        said = list(todos(function))
        if name in exercise.implement:
            if len(said) != 1 or not said[0].startswith(f"{name}: "):
                yield (
                    f"{where}: {name} must have one "
                    f"`raise NotImplementedError('{name}: <what to do>')`; it has {said}"
                )
        elif said:
            yield f"{where}: {name} is still to be written, and exercise.toml does not list it"
        is_special = name.endswith("__") and name not in exercise.implement
        if not is_special and not ast.get_docstring(function):
            yield f"{where}: {name} has no docstring"
        if bare := list(_without_type(function)):
            yield f"{where}: {name} has no type for {', '.join(bare)}"


def _without_type(function: ast.FunctionDef) -> Iterator[str]:
    given = function.args
    every = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    for argument in every:
        if argument and argument.annotation is None and argument.arg not in ("self", "cls"):
            yield repr(argument.arg)
    if function.returns is None:
        yield "what it returns"


def _lesson_is_wrong(text: str, path: Path, exercise: Exercise) -> Iterator[str]:
    where = _short(path, exercise)
    sections = re.findall(r"^## (.+?)\s*$", text, re.MULTILINE)
    if sections != _SECTIONS:
        yield f"{where} has the sections {sections}; it must have exactly {_SECTIONS}"
    for section in dict.fromkeys(sections):
        body = text.partition(f"## {section}")[2].partition("\n## ")[0].strip()
        if not body:
            yield f"{where}: the section {section!r} is empty"
        if section == "Background" and (lines := len(body.splitlines())) > _LONGEST_BACKGROUND:
            yield f"{where}: the background has {lines} lines; at most {_LONGEST_BACKGROUND} are read"
    hints = parse_hints(text)
    if not _FEWEST_HINTS <= len(hints) <= _MOST_HINTS:
        yield (
            f"{where} has {len(hints)} hints; a lesson has {_FEWEST_HINTS} to {_MOST_HINTS}, "
            f"from vague to specific"
        )
    yield from (
        f"{where}: hint {hint.number} has no {'text' if hint.title else 'title'}"
        for hint in hints
        if not (hint.title and hint.text)
    )


def _ladders_are_wrong(exercise: Exercise) -> Iterator[str]:
    """Say which checks do not have their three hints, where `hints.toml` is there to give them."""
    there = len(hints_of(exercise))
    for suite, wanted in ((Suite.PUBLIC, 2), (Suite.HIDDEN, 1)):
        helpful = helpful_hints(exercise, suite)
        half = "assignments" if suite is Suite.PUBLIC else "solutions"
        where = f"{half}/{exercise.id}/{HELP}"
        names = {
            function.name.removeprefix("test_")
            for path in sorted(exercise.suite_folder(suite).glob("test_*.py"))
            for function in _checks(_parsed(path, exercise))
        }
        yield from (
            f"{where} names the check {name!r}; there is none"
            for name in sorted(helpful.keys() - names)
        )
        for name in sorted(names if helpful else ()):
            numbers = helpful.get(name, ())
            if len(set(numbers)) != wanted or not set(numbers) <= set(range(1, there + 1)):
                yield (
                    f"{where}: {name} has {list(numbers)}; its ladder takes {wanted} of the "
                    f"lesson's {there} hints, by number"
                )


def _suites_are_wrong(exercise: Exercise) -> Iterator[str]:
    for suite in Suite:
        titles: dict[str, str] = {}
        for path in sorted(exercise.suite_folder(suite).glob("*.py")):
            where = _short(path, exercise)
            tree = _parsed(path, exercise)
            yield from _imports_answers(tree, where, exercise)
            if path.name == "probes.py":
                yield from (
                    f"{where}, line {node.lineno}: a probe asserts nothing; it returns what it saw"
                    for node in ast.walk(tree)
                    if isinstance(node, ast.Assert)
                )
            if path.name.startswith("test_"):
                yield from _checks_are_wrong(tree, where, titles)
                yield from _draws_globally(path, where)


def _imports_answers(tree: ast.Module, where: str, exercise: Exercise) -> Iterator[str]:
    answers = {name.removesuffix(".py") for name in exercise.files}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        else:
            continue
        yield from (
            f"{where}, line {node.lineno}: a suite is given implementations, it imports none"
            for name in names
            if name.partition(".")[0] in answers
        )


def _checks_are_wrong(tree: ast.Module, where: str, titles: dict[str, str]) -> Iterator[str]:
    for function in _checks(tree):
        title = (ast.get_docstring(function) or "").partition("\n")[0]
        if title in titles:
            yield f"{where}: {function.name} has the title of {titles[title]}: {title!r}"
        titles[title] = function.name
        if title and not title.endswith((".", "?", "!")):
            yield f"{where}: the title of {function.name} is no sentence: {title!r}"
        hints = [
            k.value
            for d in function.decorator_list
            for k in getattr(d, "keywords", ())
            if k.arg == "hint"
        ]
        if any(isinstance(h, ast.Constant) and not str(h.value).strip() for h in hints):
            yield f"{where}: the hint of {function.name} is empty"


def _checks(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    for function in tree.body:
        if isinstance(function, ast.FunctionDef) and any(
            "check" in ast.unparse(decorator) for decorator in function.decorator_list
        ):
            yield function


def _draws_globally(path: Path, where: str) -> Iterator[str]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if (found := _GLOBAL_DRAW.search(line)) and "generator=" not in line:
            yield f"{where}, line {number}: draw from `rng`, not from global state ({found[0]!r})"


def _secrets_show(exercise: Exercise) -> Iterator[str]:
    answers = _answers(exercise)
    for path in _files(exercise.public):
        text = path.read_text(encoding="utf-8", errors="replace")
        taught = _BACKGROUND.split(text, maxsplit=1)[-1].partition("\n## ")[0].splitlines()
        for number, line in enumerate(text.splitlines(), start=1):
            where = f"{_short(path, exercise)}, line {number}"
            if found := _SECRET_PLACES.search(line):
                yield f"{where} names a secret place, {found[0]!r}; students have no such file"
            if line.strip() in answers and line not in taught:
                yield f"{where} is a line of the solution: {line.strip()!r}"


def _answers(exercise: Exercise) -> set[str]:
    """Return the lines, without docstrings, of all that the solution writes where the stub asks."""
    source = exercise.solution.read_text(encoding="utf-8")
    written = functions(source)
    lines = source.splitlines()
    return {
        stripped
        for name in exercise.implement
        if name in written
        for statement in written[name].body[bool(ast.get_docstring(written[name])) :]
        for line in lines[statement.lineno - 1 : statement.end_lineno]
        if len(stripped := line.strip()) >= _TOO_COMMON
    }


def _strange_files(exercise: Exercise) -> Iterator[str]:
    public = {"README.md", "README.it.md", "it.toml", HELP, "exercise.toml", *exercise.files}
    public.add("public/probes.py")
    public.add(f"public/test_{exercise.id}.py")
    secret = {"NOTES.md", "it.toml", HELP, *exercise.files}
    for root, known in ((exercise.public, public), (exercise.secret, secret)):
        for path in _files(root):
            name = path.relative_to(root).as_posix()
            is_python = name.endswith(".py") and name.startswith(("mistakes/", "spellings/"))
            if name not in known and not is_python and not name.startswith("suite/"):
                yield f"{_short(path, exercise)} belongs to no part of an exercise; take it away"


def _files(root: Path) -> Iterator[Path]:
    for path in sorted(root.rglob("*")):
        parts = path.relative_to(root).parts
        if path.is_file() and not any(p.startswith((".", "__")) for p in parts):
            yield path


def _short(path: Path, exercise: Exercise) -> str:
    """Return *path* as one says it in the course: `assignments/…` or `solutions/…`."""
    root = exercise.public if path.is_relative_to(exercise.public) else exercise.secret
    return path.relative_to(root.parent.parent).as_posix()
