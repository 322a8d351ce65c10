"""The milestone of the core track: the lesson's raw loop, with a model and batches of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch.nn import functional as F  # noqa: N812 - as everybody calls it

from autograder.training.loop import BATCH, RATE, Run, epoch
from autograder.training.student import Part, PieceError
from autograder.training.trials import (
    require_logits,
    require_pair,
    require_recording,
    share_weights,
)

if TYPE_CHECKING:
    from torch import nn

    from autograder.results.curves import Measured
    from autograder.training.digits import Digits
    from autograder.training.student import Student

__all__ = ["PARTS", "build", "train_epoch", "try_out"]

PARTS = (
    Part(exercise="mlp", uses=("MLP.forward",), instead_of="torch.nn.Sequential"),
    Part(
        exercise="optimizer",
        uses=("Optimizer.step", "Optimizer.zero_grad"),
        instead_of="torch.optim.SGD",
    ),
    Part(
        exercise="dataset",
        uses=("Dataset.__len__", "Dataset.__getitem__"),
        instead_of="torch.utils.data.TensorDataset",
    ),
    Part(
        exercise="dataloader",
        uses=("DataLoader.__iter__",),
        instead_of="torch.utils.data.DataLoader",
    ),
)


def build(student: Student, digits: Digits, weights: nn.Module, steps: int) -> Run:
    """Return what a training works with, beginning at *weights*."""
    del steps  # the rate stays as it is
    with student.told("mlp"):
        model = student["mlp"].MLP(*digits.sizes)
        share_weights("mlp", model, weights)
    with student.told("optimizer"):
        optimizer = student["optimizer"].Optimizer(model.parameters(), RATE)
    with student.told("dataset"):
        dataset = student["dataset"].Dataset(digits.x, digits.y)
    with student.told("dataloader"):
        batches = student["dataloader"].DataLoader(dataset, BATCH)
    return Run(model=model, optimizer=optimizer, dataset=dataset, batches=batches)


def try_out(student: Student, run: Run, digits: Digits) -> None:
    """Use each piece once, so that what does not fit is put down to the one that made it."""
    rows = slice(0, BATCH)
    with student.told("dataset"):
        len(run.dataset)
        require_pair("dataset", f"ds[0:{BATCH}]", run.dataset[rows], digits)
    with student.told("dataloader"):
        require_pair("dataloader", "the first batch", next(iter(run.batches), None), digits)
    with student.told("mlp"):
        preds = run.model(digits.x[rows])
        require_logits("mlp", preds, digits)
        F.cross_entropy(preds, digits.y[rows]).backward()  # type: ignore[no-untyped-call]
    with student.told("optimizer"):
        run.optimizer.step()
        run.optimizer.zero_grad()
        require_recording("optimizer")


def train_epoch(student: Student, run: Run, digits: Digits, number: int) -> Measured:
    """Train for one epoch, and measure."""
    with student.told(None):
        measured = epoch(run, digits)
        if measured is None:
            what = f"gives no batch in epoch {number}; every loop over it must start anew"
            raise PieceError.about("dataloader", what)
        return measured
