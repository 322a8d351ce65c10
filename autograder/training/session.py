"""One training: the student's run and torch's, from the same weights, on the same batches."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import torch

from autograder.course.exercise import Track
from autograder.course.workspace import Workspace
from autograder.errors import UserError
from autograder.results.curves import Epoch, Sample, Story, draw
from autograder.training import loop
from autograder.training.digits import Digits, load
from autograder.training.milestones import MILESTONES, Following, Milestone, furthest
from autograder.training.student import Piece, Student

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograder.course.catalog import Catalog
    from autograder.training.loop import Run

__all__ = ["Session", "TrainingResult", "prepare", "train"]

_SEED = 42
_SHOWN = 14
"""How many digits are shown in the picture."""


class TrainingResult(msgspec.Struct, frozen=True, kw_only=True):
    """Both runs, epoch by epoch; apart from *pieces*, everything in them is torch's."""

    milestone: Track
    data: str
    epochs: tuple[Epoch, ...]
    accuracy: float
    torch_accuracy: float
    picture: Path
    pieces: tuple[Piece, ...]
    following: Following | None

    @property
    def parted(self) -> int | None:
        """The first epoch in which both runs differ by more than rounding, if there is one."""
        runs = ((e.epoch, e.yours.train_loss, e.torchs.train_loss) for e in self.epochs)
        parted = (n for n, own, torchs in runs if not abs(own - torchs) <= 0.01 * max(torchs, 0.01))
        return next(parted, None)


class Session:
    """A training that is ready to run, once.

    Attributes:
        milestone: Which training it is.
        following: The milestone after it, and what that waits for.
        pieces: What came from the student, and what stands in its place in torch's run.
        digits: What is learnt.
        epochs: How often the training digits are gone through.
    """

    def __init__(self, student: Student, digits: Digits, epochs: int, named: Track | None) -> None:
        self.digits, self.epochs = digits, epochs
        self._student = student
        # What a student's code writes into its digits must not reach torch's run.
        self._own_digits = digits.copy()
        self._steps = epochs * loop.steps_per_epoch(digits)
        self.following: Following | None = None
        if named is None:
            self.milestone, self.following = furthest(student, self._try_out)
        else:
            self.milestone = MILESTONES[named]
            self._try_out(self.milestone)
        self.pieces = tuple(student.piece(part) for part in self.milestone.parts)

    def run(self, out: Path, progress: Callable[[Epoch], None] | None = None) -> TrainingResult:
        """Train, and draw both runs.

        Args:
            out: Where the picture goes, a PNG; it is there whole or not at all.
            progress: Called after every epoch.

        Raises:
            UserError: If a piece does not work after all; the sentence says which.
        """
        made = self.milestone
        with torch.random.fork_rng(devices=[]), loop.one_thread():
            torch.manual_seed(_SEED)
            own = self._build(made)  # anew: a try may use something up
            reference = loop.torch_run(
                self.digits, self._steps, shuffled=made.shuffled, scheduled=made.scheduled
            )
            history = []
            for number in range(1, self.epochs + 1):
                loop.shuffle(number, own, reference)
                yours = made.train_epoch(self._student, own, self._own_digits, number)
                torchs = loop.epoch(reference, self.digits)
                assert torchs  # torch's loaders start anew
                epoch = Epoch(epoch=number, yours=yours, torchs=torchs)
                history.append(epoch)
                if progress:
                    progress(epoch)
            samples = self._samples(own)
        story = Story(
            history=history,
            milestone=made.track,
            data=self.digits.name,
            digits=len(self.digits.x_valid),
            yours=tuple(piece.name for piece in self.pieces),
            samples=samples,
            rates=own.rates,
            torch_rates=reference.rates,
        )
        Workspace(out.parent).write(out, draw(story))
        return TrainingResult(
            milestone=made.track,
            data=self.digits.source,
            epochs=tuple(history),
            accuracy=history[-1].yours.valid_accuracy,
            torch_accuracy=history[-1].torchs.valid_accuracy,
            picture=out,
            pieces=self.pieces,
            following=self.following,
        )

    def _build(self, milestone: Milestone) -> Run:
        weights = loop.network(self.digits.sizes)
        return milestone.build(self._student, self._own_digits, weights, self._steps)

    def _try_out(self, milestone: Milestone) -> None:
        with torch.random.fork_rng(devices=[]), loop.one_thread():
            torch.manual_seed(_SEED)
            milestone.try_out(self._student, self._build(milestone), self._own_digits)

    def _samples(self, own: Run) -> list[Sample]:
        """Return some digits of the validation rows, and if there are any, some mistaken ones."""
        with self._student.told(None), torch.no_grad():
            guesses = own.model(self._own_digits.x_valid).argmax(dim=1)  # (n,)
        right = guesses == self.digits.y_valid
        mistaken = (~right).nonzero().flatten().tolist()[: _SHOWN // 2]
        known = right.nonzero().flatten().tolist()[: _SHOWN - len(mistaken)]
        return [
            Sample(
                pixels=self.digits.x_valid[i].tolist(),
                label=int(self.digits.y_valid[i]),
                guess=int(guesses[i]),
            )
            for i in known + mistaken
        ]


def prepare(
    folder: Path,
    catalog: Catalog,
    *,
    epochs: int = 10,
    data: str = "digits",
    milestone: str | None = None,
    watch: Callable[[str], None] | None = None,
) -> Session:
    """Try the pieces in *folder* out, and return a training with them that is ready to run.

    The student's code runs in this process without a cage; nothing it does here earns points.

    Args:
        folder: A workspace as `grade start` makes it: `<folder>/<id>/<id>.py` for each piece.
        catalog: The course that the pieces belong to.
        epochs: How often the training digits are gone through.
        data: Which digits: `digits` or `mnist`.
        milestone: The track whose training it is; by default the furthest that runs.
        watch: Called with the exercise whose piece is tried next.

    Raises:
        UserError: If a piece is missing, still a stub, or does not work; the sentence says which.
    """
    if epochs < 1:
        raise UserError(f"Training takes at least 1 epoch, not {epochs}.")
    named = None if milestone is None else Track(milestone)
    return Session(Student(folder, catalog, watch), load(data), epochs, named)


def train(
    folder: Path,
    catalog: Catalog,
    out: Path,
    epochs: int = 10,
    *,
    data: str = "digits",
    milestone: str | None = None,
    progress: Callable[[Epoch], None] | None = None,
) -> TrainingResult:
    """Train with the pieces in *folder* and beside them with torch's, and draw both runs.

    The arguments are those of `prepare` and of `Session.run`.

    Raises:
        UserError: If a piece is missing, still a stub, or does not work; the sentence says which.
    """
    session = prepare(folder, catalog, epochs=epochs, data=data, milestone=milestone)
    return session.run(out, progress)
