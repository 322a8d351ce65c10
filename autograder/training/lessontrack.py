"""The milestone of the lesson track: `fit` with validation, on shuffled batches, with one's own loss."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from autograder.results.curves import Measured
from autograder.training import coretrack
from autograder.training.loop import BATCH, RATE, Run
from autograder.training.student import Part, PieceError
from autograder.training.trials import (
    require_logits,
    require_pair,
    require_recording,
    require_scalar,
    share_weights,
)

if TYPE_CHECKING:
    from torch import nn

    from autograder.training.digits import Digits
    from autograder.training.student import Student

__all__ = ["PARTS", "build", "layers", "loaders", "train_epoch", "try_out", "try_out_parts"]

_KEYS = ("train_loss", "valid_loss", "accuracy")

PARTS = (
    Part(
        exercise="linear",
        uses=("Linear.__init__", "Linear.forward", "ReLU.forward"),
        instead_of="torch.nn.Linear, torch.nn.ReLU",
    ),
    Part(
        exercise="sequential",
        uses=("Sequential.__init__", "Sequential.forward", "Sequential.__iter__"),
        instead_of="torch.nn.Sequential",
    ),
    Part(
        exercise="losses",
        uses=("cross_entropy", "accuracy"),
        instead_of="torch.nn.functional.cross_entropy",
    ),
    *coretrack.PARTS[1:],  # the model of the core track has given way to layers of one's own
    Part(
        exercise="samplers",
        uses=("Sampler.__iter__", "BatchSampler.__iter__", "collate", "SampledLoader.__iter__"),
        instead_of="torch.utils.data.RandomSampler, BatchSampler, default_collate, DataLoader",
    ),
    Part(exercise="validation", uses=("fit", "evaluate"), instead_of="the lesson's raw loop"),
)


def layers(student: Student, digits: Digits, weights: nn.Module) -> Any:
    """Return the student's layers in a row, at *weights*."""
    n_in, n_hidden, n_out = digits.sizes
    with student.told("linear"):
        linear = student["linear"]
        chain = (linear.Linear(n_in, n_hidden), linear.ReLU(), linear.Linear(n_hidden, n_out))
        share_weights("linear", torch.nn.Sequential(*chain), weights)
    with student.told("sequential"):
        model = student["sequential"].Sequential(*chain)
        share_weights("sequential", model, weights)
    return model


def loaders(student: Student, digits: Digits, order: torch.Generator) -> tuple[Any, Any, Any]:
    """Return the student's dataset, batches of it by *order*, and batches for validation."""
    with student.told("dataset"):
        dataset = student["dataset"].Dataset(digits.x, digits.y)
        valid = student["dataset"].Dataset(digits.x_valid, digits.y_valid)
        rows = len(dataset)
    with student.told("samplers"):
        samplers = student["samplers"]
        sampler = samplers.Sampler(rows, shuffle=True, generator=order)
        lists = samplers.BatchSampler(sampler, BATCH)
        batches = samplers.SampledLoader(dataset, lists, samplers.collate)
    with student.told("dataloader"):
        valid_batches = student["dataloader"].DataLoader(valid, 2 * BATCH)
    return dataset, batches, valid_batches


def build(student: Student, digits: Digits, weights: nn.Module, steps: int) -> Run:
    """Return what a training works with, beginning at *weights*."""
    del steps  # the rate stays as it is
    model = layers(student, digits, weights)
    order = torch.Generator()
    dataset, batches, valid_batches = loaders(student, digits, order)
    with student.told("optimizer"):
        optimizer = student["optimizer"].Optimizer(model.parameters(), RATE)
    return Run(
        model=model,
        optimizer=optimizer,
        dataset=dataset,
        batches=batches,
        source=batches,
        valid_batches=valid_batches,
        order=order,
    )


def try_out(student: Student, run: Run, digits: Digits) -> None:
    """Use each piece once, so that what does not fit is put down to the one that made it."""
    try_out_parts(student, run, digits, model="sequential", optimizer="optimizer")


def try_out_parts(
    student: Student, run: Run, digits: Digits, *, model: str, optimizer: str
) -> None:
    """Use each piece once; *model* and *optimizer* name the exercises that these come from."""
    x, y = digits.x[:BATCH], digits.y[:BATCH]
    with student.told("linear"):
        linear = student["linear"]
        hidden = linear.ReLU()(linear.Linear(x.shape[1], digits.sizes[-1])(x))
        require_logits("linear", hidden, digits)
    with student.told("dataset"):
        require_pair("dataset", f"ds[0:{BATCH}]", run.dataset[0:BATCH], digits)
    with student.told("dataloader"):
        batch = next(iter(run.valid_batches), None)
        require_pair("dataloader", "the first batch", batch, digits, 2 * BATCH)
    with student.told("samplers"):
        batch = next(iter(run.source), None)
        require_pair("samplers", "the first batch", batch, digits)
    with student.told(model):
        preds = run.model(x)
        require_logits(model, preds, digits)
    losses = student["losses"]
    with student.told("losses"):
        loss = losses.cross_entropy(preds, y)
        require_scalar("losses", "cross_entropy", loss)
        loss.backward()
        require_scalar("losses", "accuracy", losses.accuracy(preds.detach(), y))
    with student.told(optimizer):
        run.optimizer.step()
        run.optimizer.zero_grad()
        require_recording(optimizer)
    with student.told("validation"):
        once = [(x, y)]
        fitted = student["validation"].fit(
            1, run.model, losses.cross_entropy, run.optimizer, (once, once)
        )
        _require_record(fitted)
        require_recording("validation")


def train_epoch(student: Student, run: Run, digits: Digits, number: int) -> Measured:
    """Train for one epoch by the student's `fit`, and keep what it and `accuracy` say."""
    losses = student["losses"]
    with student.told(None):
        fitted = student["validation"].fit(
            1, run.model, losses.cross_entropy, run.optimizer, (run.batches, run.valid_batches)
        )
        record = _require_record(fitted)
        with torch.no_grad():
            accuracy = losses.accuracy(run.model(digits.x), digits.y)
    del number
    return Measured(
        train_loss=record["train_loss"],
        train_accuracy=float(accuracy),
        valid_loss=record["valid_loss"],
        valid_accuracy=record["accuracy"],
    )


def _require_record(fitted: Any) -> dict[str, float]:
    """Return the record of one epoch that `fit` returned, as numbers."""
    try:
        (record,) = fitted
        return {key: float(record[key]) for key in _KEYS}
    except (TypeError, ValueError, KeyError, IndexError) as error:
        wanted = f"should return one record with {', '.join(_KEYS)} for one epoch"
        raise PieceError.about("validation", f"{wanted}, which it does not") from error
