"""The milestone of the internals track: AdamW by a schedule, on batches fetched in advance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from autograder.training import lessontrack
from autograder.training.lessontrack import train_epoch
from autograder.training.loop import HIGHEST_RATE, Run
from autograder.training.student import Part, PieceError
from autograder.training.trials import require_pair, share_weights

if TYPE_CHECKING:
    from torch import nn

    from autograder.training.digits import Digits
    from autograder.training.student import Student

__all__ = ["PARTS", "build", "train_epoch", "try_out"]

PARTS = (
    *(part for part in lessontrack.PARTS if part.exercise != "optimizer"),
    Part(
        exercise="module",
        uses=(
            "MiniModule.__init__",
            "MiniModule.__setattr__",
            "MiniModule.named_parameters",
            "MiniModule.parameters",
            "MiniModule.train",
            "MiniModule.eval",
            "MiniModule.__call__",
        ),
        instead_of="torch.nn.Module",
    ),
    Part(exercise="adam", uses=("AdamW.step",), instead_of="torch.optim.AdamW"),
    Part(
        exercise="workers",
        uses=("PrefetchLoader.__iter__",),
        instead_of="nothing: torch fetches ahead in processes only",
    ),
    Part(
        exercise="schedules",
        uses=("one_cycle", "Schedule.step"),
        instead_of="torch.optim.lr_scheduler.OneCycleLR",
    ),
)


class _Scheduled:
    """The student's AdamW with the student's schedule: what `fit` takes for an optimizer.

    `Schedule` writes its rates into parameter groups, and `AdamW` has none, only an attribute
    `lr`: so one group stands here, and its rate is handed on before each step.
    """

    def __init__(self, student: Student, params: list[Any], steps: int, rates: list[float]) -> None:
        self._student, self._steps, self._rates = student, steps, rates
        with student.told("adam"):
            self._adam = student["adam"].AdamW(params, HIGHEST_RATE)
            self.zero_grad = self._adam.zero_grad
        self.param_groups = [{"params": params, "lr": HIGHEST_RATE}]
        one_cycle = student["schedules"].one_cycle
        with student.told("schedules"):
            self._schedule = student["schedules"].Schedule(
                self, lambda step, highest: one_cycle(step, steps, highest)
            )

    def step(self) -> None:
        """Move the parameters at the schedule's rate; the first one is there already."""
        if len(self._rates) == self._steps:
            what = f"make more steps than {self._steps}, which is one for each batch of each epoch"
            raise PieceError("", f"Your pieces {what}.")
        if self._rates:
            self._schedule.step()
        rate = self.param_groups[0]["lr"]
        if not isinstance(rate, int | float):
            what = f"should write a number as the rate, not {type(rate).__name__}"
            raise PieceError.about("schedules", what)
        self._rates.append(float(rate))
        self._adam.lr = rate
        self._adam.step()


def build(student: Student, digits: Digits, weights: nn.Module, steps: int) -> Run:
    """Return what a training of *steps* steps works with, beginning at *weights*."""
    chain = lessontrack.layers(student, digits, weights)
    with student.told("module"):
        model = _network(student["module"].MiniModule, chain)
        share_weights("module", model, weights)
        params = list(model.parameters())
    order, rates = torch.Generator(), list[float]()
    dataset, batches, valid_batches = lessontrack.loaders(student, digits, order)
    with student.told("workers"):
        ahead = student["workers"].PrefetchLoader(batches)
    return Run(
        model=model,
        optimizer=_Scheduled(student, params, steps, rates),
        dataset=dataset,
        batches=ahead,
        source=batches,
        valid_batches=valid_batches,
        order=order,
        rates=rates,
    )


def _network(module: Any, chain: Any) -> Any:
    """Return a module of the student's kind around the student's layers."""

    class MiniModuleNetwork(module):  # type: ignore[misc]  # the student's class is known now only
        def __init__(self) -> None:
            super().__init__()
            self.chain = chain

        def forward(self, x: Any) -> Any:
            return self.chain(x)

    return MiniModuleNetwork()


def try_out(student: Student, run: Run, digits: Digits) -> None:
    """Use each piece once, so that what does not fit is put down to the one that made it."""
    with student.told("module"):
        run.model.train()
        run.model.eval()
    lessontrack.try_out_parts(student, run, digits, model="module", optimizer="adam")
    with student.told("workers"):
        batches = iter(run.batches)
        require_pair("workers", "the first batch", next(batches, None), digits)
        batches.close()  # ends the thread
