"""Train a network on real digits with the four pieces that a student wrote: the reward.

The lesson's raw loop runs twice from the same weights on the same batches, once with the
student's `MLP`, `Optimizer`, `Dataset` and `DataLoader`, once with what torch has in their
place. No points are given for it, so the student's code runs here as any script of theirs
does: in this process, on their own machine, without a cage. What does not work becomes one
sentence that names the exercise; what never ends is ended with Ctrl-C.
"""

from __future__ import annotations

import contextlib
import sys
import traceback
import types
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - as everybody calls it
from torch.utils.data import DataLoader, TensorDataset

from autograder.course.workspace import Workspace
from autograder.errors import UserError, WorkspaceError
from autograder.results.curves import Epoch, draw
from autograder.results.printable import one_line
from autograder.submission.intake import Ungradable, take_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from autograder.course.catalog import Catalog
    from autograder.course.exercise import Exercise

__all__ = ["Epoch", "Piece", "TrainingResult", "train"]

_TORCH_HAS = {
    "mlp": "torch.nn.Sequential",
    "optimizer": "torch.optim.SGD",
    "dataset": "torch.utils.data.TensorDataset",
    "dataloader": "torch.utils.data.DataLoader",
}
"""The exercises whose pieces are used, and what the other run uses in their place."""
_SIZES = (64, 50, 10)
_BATCH = 50
_RATE = 0.5
_SEED = 42
_TRAIN_SHARE = 0.8  # 1437 rows: not a multiple of the batch size, so the last batch is short


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """A class that the student wrote, and what torch's own run used instead."""

    exercise: str
    name: str
    file: Path
    instead_of: str


class TrainingResult(msgspec.Struct, frozen=True, kw_only=True):
    """Both runs, epoch by epoch; apart from *pieces*, everything in them is torch's."""

    epochs: tuple[Epoch, ...]
    accuracy: float
    torch_accuracy: float
    picture: Path
    pieces: tuple[Piece, ...]


class _Digits(msgspec.Struct, frozen=True, kw_only=True):
    """Eight by eight pixels from 0 to 1, and which digit they show."""

    x: Tensor
    y: Tensor
    x_valid: Tensor
    y_valid: Tensor


class _Run(msgspec.Struct, frozen=True, kw_only=True):
    """What one training loop works with."""

    model: Any
    optimizer: Any
    dataset: Any
    batches: Any


def train(
    folder: Path,
    catalog: Catalog,
    out: Path,
    epochs: int = 10,
    *,
    progress: Callable[[Epoch], None] | None = None,
) -> TrainingResult:
    """Train with the pieces in *folder* and beside them with torch's, and draw both runs.

    The student's code runs in this process without a cage; nothing it does here earns points.

    Args:
        folder: A workspace as `grade start` makes it: `<folder>/<id>/<id>.py` for each piece.
        catalog: The course that the pieces belong to.
        out: Where the picture goes, a PNG; it is there whole or not at all.
        epochs: How often the training digits are gone through.
        progress: Called after every epoch.

    Raises:
        UserError: If a piece is missing, still a stub, or does not work; the sentence says which.
    """
    if epochs < 1:
        raise UserError(f"Training takes at least 1 epoch, not {epochs}.")
    student = _Student(folder, [catalog[exercise] for exercise in _TORCH_HAS])
    # Twice, since what a student's code writes into its digits must not reach torch's run.
    digits, own_digits = _load_digits(), _load_digits()
    with torch.random.fork_rng(devices=[]), _one_thread():
        torch.manual_seed(_SEED)
        reference = _torch_run(digits)
        student.try_out(student.build(own_digits, reference.model), own_digits)
        own = student.build(own_digits, reference.model)  # anew: a try may use something up
        history = []
        for number in range(1, epochs + 1):
            loss, accuracy = student.epoch(own, own_digits, number)
            torch_total, rows = _one_epoch(reference)
            epoch = Epoch(
                epoch=number,
                loss=loss,
                accuracy=accuracy,
                torch_loss=torch_total / rows,
                torch_accuracy=_accuracy(reference.model, digits),
            )
            history.append(epoch)
            if progress:
                progress(epoch)
    Workspace(folder).write(out, draw(history, len(digits.x_valid)))
    return TrainingResult(
        epochs=tuple(history),
        accuracy=history[-1].accuracy,
        torch_accuracy=history[-1].torch_accuracy,
        picture=out,
        pieces=student.pieces,
    )


@contextlib.contextmanager
def _one_thread() -> Iterator[None]:
    """Have torch compute in one thread: matrices this small only wait for a second one."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _load_digits() -> _Digits:
    """Return scikit-learn's digits, shuffled once and in the same way each time."""
    from sklearn.datasets import load_digits

    bunch = load_digits()
    x = torch.tensor(bunch.data, dtype=torch.float32) / 16  # (1797, 64)
    y = torch.tensor(bunch.target, dtype=torch.int64)  # (1797,)
    order = torch.randperm(len(x), generator=torch.Generator().manual_seed(_SEED))
    train_rows, valid_rows = order.tensor_split([int(_TRAIN_SHARE * len(x))])
    return _Digits(x=x[train_rows], y=y[train_rows], x_valid=x[valid_rows], y_valid=y[valid_rows])


def _torch_run(digits: _Digits) -> _Run:
    n_in, n_hidden, n_out = _SIZES
    model = nn.Sequential(nn.Linear(n_in, n_hidden), nn.ReLU(), nn.Linear(n_hidden, n_out))
    dataset = TensorDataset(digits.x, digits.y)
    return _Run(
        model=model,
        optimizer=torch.optim.SGD(model.parameters(), lr=_RATE),
        dataset=dataset,
        batches=DataLoader(dataset, batch_size=_BATCH),
    )


def _one_epoch(run: _Run) -> tuple[float, int]:
    """Run the lesson's loop once; return the sum of the losses of all rows, and their number."""
    model, opt, dl = run.model, run.optimizer, run.batches
    total, rows = 0.0, 0
    for xb, yb in dl:
        preds = model(xb)
        loss = F.cross_entropy(preds, yb)
        loss.backward()  # type: ignore[no-untyped-call]
        opt.step()
        opt.zero_grad()
        total += loss.item() * len(xb)
        rows += len(xb)
    return total, rows


@torch.no_grad()
def _accuracy(model: Any, digits: _Digits) -> float:
    guesses = model(digits.x_valid).argmax(dim=1)
    return float((guesses == digits.y_valid).double().mean())


class _Student:
    """The student's pieces; whatever goes wrong in them is told in one sentence."""

    def __init__(self, folder: Path, exercises: Sequence[Exercise]) -> None:
        self.pieces = tuple(
            Piece(
                exercise=exercise.id,
                name=exercise.names[0],
                file=folder / exercise.id / exercise.files[0],
                instead_of=_TORCH_HAS[exercise.id],
            )
            for exercise in exercises
        )
        self.classes: dict[str, Any] = {}
        for piece, exercise in zip(self.pieces, exercises, strict=True):
            text = _read(folder, exercise)
            with self._told(piece.exercise):
                self.classes[exercise.id] = getattr(_execute(piece.file, text), piece.name)

    def build(self, digits: _Digits, reference: nn.Module) -> _Run:
        """Return what a training works with, beginning at the weights of *reference*."""
        with self._told("mlp"):
            model = self.classes["mlp"](*_SIZES)
            _share_weights(model, reference)
        with self._told("optimizer"):
            optimizer = self.classes["optimizer"](model.parameters(), _RATE)
        with self._told("dataset"):
            dataset = self.classes["dataset"](digits.x, digits.y)
        with self._told("dataloader"):
            batches = self.classes["dataloader"](dataset, _BATCH)
        return _Run(model=model, optimizer=optimizer, dataset=dataset, batches=batches)

    def try_out(self, run: _Run, digits: _Digits) -> None:
        """Use each piece once, so that what does not fit is put down to the one that made it."""
        rows = slice(0, _BATCH)
        with self._told("dataset"):
            len(run.dataset)
            _require_pair("dataset", f"ds[0:{_BATCH}]", run.dataset[rows])
        with self._told("dataloader"):
            _require_pair("dataloader", "the first batch", next(iter(run.batches), None))
        with self._told("mlp"):
            preds = run.model(digits.x[rows])
            _require_logits(preds)
            F.cross_entropy(preds, digits.y[rows]).backward()  # type: ignore[no-untyped-call]
        with self._told("optimizer"):
            run.optimizer.step()
            run.optimizer.zero_grad()
            if not torch.is_grad_enabled():
                raise _wrong("optimizer", "leaves autograd's recording off after a step")

    def epoch(self, run: _Run, digits: _Digits, number: int) -> tuple[float, float]:
        """Train for one epoch; return the mean loss and the accuracy after it."""
        with self._told(None):
            total, rows = _one_epoch(run)
            if not rows:
                what = f"gives no batch in epoch {number}; every loop over it must start anew"
                raise _wrong("dataloader", what)
            return total / rows, _accuracy(run.model, digits)

    @contextlib.contextmanager
    def _told(self, exercise: str | None) -> Iterator[None]:
        """Turn what is raised meanwhile into a sentence about *exercise*, or who else raised it."""
        try:
            # What students print would get into the data that `grade train --json` prints, and a
            # switched-off autograd into torch's own run.
            with contextlib.redirect_stdout(sys.stderr), torch.enable_grad():
                yield
        except UserError:
            raise
        except (Exception, SystemExit) as error:
            raise self._explained(error, exercise) from error

    def _explained(self, error: BaseException, exercise: str | None) -> UserError:
        files = {str(piece.file): piece.exercise for piece in self.pieces}
        frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename in files]
        said = one_line("".join(traceback.format_exception_only(error)[-1:]))
        if not frames:
            if exercise is None:
                return UserError(f"Your pieces do not work together: {said}. {_see('ID')}")
            return _wrong(exercise, f"does not work: {said}")
        at = frames[-1]
        exercise, place = files[at.filename], f"line {at.lineno} of {Path(at.filename).name}"
        if isinstance(error, NotImplementedError):
            return _wrong(exercise, f"is still to be written ({place}): {one_line(str(error))}")
        if isinstance(error, SystemExit):
            return _wrong(exercise, f"ends the program at {place}")
        return _wrong(exercise, f"raised an error at {place}: {said}")


def _read(folder: Path, exercise: Exercise) -> str:
    """Return the text of the student's file; refuse what `grade check` would refuse, too."""
    if not Workspace(folder).has(exercise):
        raise WorkspaceError(
            f"Training needs your {exercise.id!r}, and {str(folder)!r} has none; "
            f"begin with 'grade start {exercise.id}'."
        )
    try:
        return take_in(folder / exercise.id, exercise).files[exercise.files[0]]
    except Ungradable as error:
        sentence = one_line(error.problem.sentence)
        raise WorkspaceError(f"Training needs your {exercise.id!r}. {sentence}") from error


def _execute(file: Path, text: str) -> types.ModuleType:
    """Import *text*, as the import system would, but leave no compiled copy beside the file."""
    module = types.ModuleType(f"student_{file.stem}")
    module.__file__ = str(file)
    sys.modules[module.__name__] = module  # dataclasses look their module up
    code = compile(text, str(file), "exec", dont_inherit=True)
    exec(code, vars(module))  # noqa: S102 - it is what the student asked for
    return module


def _share_weights(model: Any, reference: nn.Module) -> None:
    """Give *model* the weights of *reference*; all of their shapes differ, so no name matters."""
    own = {parameter.shape: parameter for parameter in model.parameters()}
    wanted = {parameter.shape: parameter for parameter in reference.parameters()}
    if own.keys() != wanted.keys():
        shapes = ", ".join(str(tuple(shape)) for shape in own) or "no parameter at all"
        raise _wrong("mlp", f"should have two weights and two biases, but has {shapes}")
    with torch.no_grad():
        for shape, parameter in wanted.items():
            own[shape].copy_(parameter)


def _require_pair(exercise: str, what: str, seen: object) -> None:
    parts = seen if isinstance(seen, tuple | list) else ()
    if [getattr(part, "shape", None) for part in parts] != [(_BATCH, _SIZES[0]), (_BATCH,)]:
        wanted = f"should give {_BATCH} rows as a pair (x, y)"
        raise _wrong(exercise, f"{wanted}, but {what} is {_kind(seen)}")


def _require_logits(seen: object) -> None:
    shape = (_BATCH, _SIZES[-1])
    if not isinstance(seen, Tensor) or seen.shape != shape:
        raise _wrong("mlp", f"should return a tensor of shape {shape}, not {_kind(seen)}")
    if not seen.requires_grad:
        raise _wrong("mlp", "returns logits without a history, so that nothing can be learnt")


def _kind(seen: object) -> str:
    """Return in words what *seen* is."""
    if isinstance(seen, Tensor):
        return f"a tensor of shape {tuple(seen.shape)}"
    if isinstance(seen, tuple | list):
        return f"a {type(seen).__name__} of {', '.join(map(_kind, seen[:2])) or 'nothing'}"
    return "None" if seen is None else f"of type {type(seen).__name__}"


def _wrong(exercise: str, what: str) -> UserError:
    return UserError(f"Your {exercise!r} {what.rstrip('.')}. {_see(exercise)}")


def _see(exercise: str) -> str:
    return f"'grade check {exercise}' says more."
