"""The lesson's raw loop, what is measured around it, and torch's own run by it."""

from __future__ import annotations

import contextlib
import math
from typing import TYPE_CHECKING, Any

import msgspec
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812 - as everybody calls it
from torch.utils.data import BatchSampler, DataLoader, RandomSampler, TensorDataset

from autograder.results.curves import Measured

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor

    from autograder.training.digits import Digits

__all__ = [
    "BATCH",
    "HIGHEST_RATE",
    "RATE",
    "Run",
    "epoch",
    "measure",
    "network",
    "one_thread",
    "shuffle",
    "steps_per_epoch",
    "torch_run",
    "train_once",
]

BATCH = 50
RATE = 0.5
"""The learning rate of plain gradient descent, as in the lesson."""
HIGHEST_RATE = 0.01
"""Where one cycle of the learning rate has its top, with AdamW."""
_SEED = 42


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """What one training works with, the student's or torch's."""

    model: Any
    optimizer: Any
    dataset: Any
    batches: Any
    source: Any = None
    """What *batches* come from, where they are fetched ahead."""
    valid_batches: Any = None
    order: torch.Generator = msgspec.field(default_factory=torch.Generator)
    """What shuffled rows are drawn from."""
    rates: list[float] = msgspec.field(default_factory=list)
    """The learning rate of each step so far, where it changes."""


class _Scheduled:
    """An optimizer whose rate is that of a schedule, from step to step."""

    def __init__(self, optimizer: Any, schedule: Any, rates: list[float]) -> None:
        self.optimizer, self.schedule, self.rates = optimizer, schedule, rates
        self.zero_grad = optimizer.zero_grad

    def step(self) -> None:
        if self.rates:  # the first rate is there already
            self.schedule.step()
        self.rates.append(self.optimizer.param_groups[0]["lr"])
        self.optimizer.step()


def network(sizes: tuple[int, int, int]) -> nn.Module:
    """Return torch's own network, at the weights at which both runs begin."""
    n_in, n_hidden, n_out = sizes
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(_SEED)
        return nn.Sequential(nn.Linear(n_in, n_hidden), nn.ReLU(), nn.Linear(n_hidden, n_out))


def shuffle(epoch: int, *runs: Run) -> None:
    """Let all *runs* draw the same order in this epoch, however often they drew before.

    Torch's own sampler draws twice for each epoch, and uses the first.
    """
    for run in runs:
        run.order.manual_seed(_SEED + epoch)


def steps_per_epoch(digits: Digits) -> int:
    """Return how many batches the training digits make."""
    return math.ceil(len(digits.x) / BATCH)


def torch_run(digits: Digits, steps: int, *, shuffled: bool, scheduled: bool) -> Run:
    """Return torch's own run over *steps* steps.

    Args:
        digits: What it trains on.
        steps: How many steps there will be in all.
        shuffled: Whether each epoch has an order of its own.
        scheduled: Whether it is AdamW by a schedule, and not plain gradient descent.
    """
    model, dataset = network(digits.sizes), TensorDataset(digits.x, digits.y)
    order, rates = torch.Generator(), list[float]()
    # The order is drawn by the sampler: `DataLoader(shuffle=True)` would draw once more before it.
    rows = BatchSampler(RandomSampler(dataset, generator=order), BATCH, drop_last=False)
    how = {"batch_sampler": rows} if shuffled else {"batch_size": BATCH}
    optimizer: Any = torch.optim.SGD(model.parameters(), lr=RATE)
    if scheduled:
        adam = torch.optim.AdamW(model.parameters(), lr=HIGHEST_RATE)
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            adam, max_lr=HIGHEST_RATE, total_steps=steps, cycle_momentum=False
        )
        optimizer = _Scheduled(adam, schedule, rates)
    return Run(
        model=model,
        optimizer=optimizer,
        dataset=dataset,
        batches=DataLoader(dataset, **how),
        order=order,
        rates=rates,
    )


def train_once(run: Run) -> float | None:
    """Run the lesson's loop once; return the mean loss over rows, None where there were none."""
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
    return total / rows if rows else None


@torch.no_grad()
def measure(model: Any, x: Tensor, y: Tensor) -> tuple[float, float]:
    """Return the mean loss and the accuracy of *model* on the rows of *x*."""
    preds = model(x)
    right = (preds.argmax(dim=1) == y).double().mean()
    return float(F.cross_entropy(preds, y)), float(right)


def epoch(run: Run, digits: Digits) -> Measured | None:
    """Train for one epoch by the lesson's loop, and measure; None where there was no batch."""
    train_loss = train_once(run)
    if train_loss is None:
        return None
    valid_loss, valid_accuracy = measure(run.model, digits.x_valid, digits.y_valid)
    return Measured(
        train_loss=train_loss,
        train_accuracy=measure(run.model, digits.x, digits.y)[1],
        valid_loss=valid_loss,
        valid_accuracy=valid_accuracy,
    )


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """Have torch compute in one thread: matrices this small only wait for a second one."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
