"""The student's pieces: found, imported, and blamed by name for what goes wrong in them."""

from __future__ import annotations

import ast
import contextlib
import sys
import traceback
import types
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import torch

from autograder.course.workspace import Workspace
from autograder.errors import UserError
from autograder.results.printable import one_line
from autograder.submission.intake import Ungradable, take_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from autograder.course.catalog import Catalog
    from autograder.course.exercise import Exercise

__all__ = ["Lack", "Part", "Piece", "PieceError", "Student"]


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """What a milestone takes from one exercise."""

    exercise: str
    uses: tuple[str, ...]
    """What must be written, named as in `exercise.toml`."""
    instead_of: str
    """What the other run uses: torch's own."""

    @property
    def name(self) -> str:
        """The classes and functions in it, as one writes them in a sentence."""
        return ", ".join(dict.fromkeys(use.partition(".")[0] for use in self.uses))


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """What the student wrote and a run used, and what torch's own run used instead."""

    exercise: str
    name: str
    file: Path
    instead_of: str


class Lack(msgspec.Struct, frozen=True, kw_only=True):
    """An exercise that a milestone waits for."""

    exercise: str
    why: str
    """`not begun`, `still to write`, or a sentence about what is broken."""
    names: tuple[str, ...] = ()
    """What is still to write, where a part of it is written."""


class PieceError(UserError):
    """A piece that is missing, still to be written, or broken."""

    def __init__(self, exercise: str, sentence: str) -> None:
        self.exercise = exercise
        super().__init__(sentence)

    @classmethod
    def about(cls, exercise: str, what: str) -> PieceError:
        """Return the sentence that the student's *exercise* does *what*, and where to read more."""
        return cls(exercise, f"Your {exercise!r} {what.rstrip('.')}. {_see(exercise)}")


class Student:
    """The pieces in *folder*, a workspace as `grade start` makes it; each is imported once.

    Args:
        folder: The workspace.
        catalog: The course that the pieces belong to.
        watch: Called with the exercise whose piece is used next, so that one that hangs is known.
    """

    def __init__(
        self, folder: Path, catalog: Catalog, watch: Callable[[str], None] | None = None
    ) -> None:
        self._folder = folder
        self._watch = watch
        self._catalog = catalog
        self._modules: dict[str, types.ModuleType] = {}

    def __getitem__(self, exercise: str) -> Any:
        """Return the module that the student wrote for *exercise*.

        Raises:
            PieceError: If there is none, or it cannot be imported.
        """
        if exercise not in self._modules:
            file, text = self._file(exercise), self._read(self._catalog[exercise])
            module = types.ModuleType(f"student_{exercise}")
            module.__file__ = str(file)
            self._modules[exercise] = module  # before it runs, so that a failing line is found
            try:
                with self.told(exercise):
                    _execute(module, text)
            except BaseException:
                del self._modules[exercise]
                raise
        return self._modules[exercise]

    def piece(self, part: Part) -> Piece:
        """Return where *part* lies."""
        return Piece(
            exercise=part.exercise,
            name=part.name,
            file=self._file(part.exercise),
            instead_of=part.instead_of,
        )

    def lack(self, part: Part) -> Lack | None:
        """Return why *part* cannot be used yet, as far as that is seen without running it."""
        exercise = self._catalog[part.exercise]
        if not Workspace(self._folder).has(exercise):
            return Lack(exercise=exercise.id, why="not begun")
        try:
            own = _bodies(self._read(exercise))
        except PieceError as error:
            return Lack(exercise=exercise.id, why=str(error))
        stub = _bodies(exercise.stub.read_text(encoding="utf-8"))
        left = [name for name in part.uses if name in stub and own.get(name) == stub[name]]
        names = tuple(left) if len(left) < len(part.uses) else ()
        return Lack(exercise=exercise.id, why="still to write", names=names) if left else None

    @contextlib.contextmanager
    def told(self, exercise: str | None) -> Iterator[None]:
        """Turn what is raised meanwhile into a sentence about *exercise*, or who else raised it."""
        if exercise and self._watch:
            self._watch(exercise)
        try:
            # What students print would get into the data that `grade train --json` prints, and a
            # switched-off autograd into torch's own run.
            with contextlib.redirect_stdout(sys.stderr), torch.enable_grad():
                yield
        except UserError:
            raise
        except (Exception, SystemExit) as error:
            raise self._explained(error, exercise) from error

    def _explained(self, error: BaseException, exercise: str | None) -> PieceError:
        files = {str(self._file(name)): name for name in self._modules}
        frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename in files]
        said = one_line("".join(traceback.format_exception_only(error)[-1:]))
        if not frames:
            if exercise is None:
                return PieceError("", f"Your pieces do not work together: {said}. {_see('ID')}")
            return PieceError.about(exercise, f"does not work: {said}")
        at = frames[-1]
        exercise, place = files[at.filename], f"line {at.lineno} of {Path(at.filename).name}"
        if isinstance(error, NotImplementedError):
            what = f"is still to be written ({place}): {one_line(str(error))}"
        elif isinstance(error, SystemExit):
            what = f"ends the program at {place}"
        else:
            what = f"raised an error at {place}: {said}"
        return PieceError.about(exercise, what)

    def _file(self, exercise: str) -> Path:
        return self._folder / exercise / self._catalog[exercise].files[0]

    def _read(self, exercise: Exercise) -> str:
        """Return the text of the student's file; refuse what `grade check` would refuse, too."""
        if not Workspace(self._folder).has(exercise):
            raise PieceError(
                exercise.id,
                f"Training needs your {exercise.id!r}, and {str(self._folder)!r} has none; "
                f"begin with 'grade start {exercise.id}'.",
            )
        try:
            return take_in(self._folder / exercise.id, exercise).files[exercise.files[0]]
        except Ungradable as error:
            sentence = f"Training needs your {exercise.id!r}. {one_line(error.problem.sentence)}"
            raise PieceError(exercise.id, sentence) from error


def _execute(module: types.ModuleType, text: str) -> None:
    """Import *text*, as the import system would, but leave no compiled copy beside the file."""
    sys.modules[module.__name__] = module  # dataclasses look their module up
    code = compile(text, str(module.__file__), "exec", dont_inherit=True)
    exec(code, vars(module))  # noqa: S102 - it is what the student asked for


def _bodies(text: str) -> dict[str, str]:
    """Return what stands in each function and method of *text*, but for its docstring."""
    found = {}
    for node in ast.parse(text).body:
        inside = node.body if isinstance(node, ast.ClassDef) else [node]
        for function in inside:
            if isinstance(function, ast.FunctionDef):
                name = function.name if function is node else f"{node.name}.{function.name}"  # type: ignore[attr-defined]
                has_docstring = ast.get_docstring(function) is not None
                found[name] = "\n".join(map(ast.dump, function.body[has_docstring:]))
    return found


def _see(exercise: str) -> str:
    return f"'grade check {exercise}' says more."
