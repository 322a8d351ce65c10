"""Rebuild learning-rate schedules, and what brings batches to a device.

A schedule says how large the learning rate is at each step. Steps count from 0.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import torch
from torch.optim import Optimizer


def warmup_cosine(
    step: int, total: int, highest: float, lowest: float = 0.0, warmup: int = 0
) -> float:
    """Return the rate at *step*: a linear rise, then half a cosine; 0 <= warmup < total.

    1. The first *warmup* steps rise: at step k the rate is `highest * (k + 1) / (warmup + 1)`.
    2. From step *warmup* (the highest rate) to step *total* (the lowest) it falls like a
       cosine between 0 and pi.
    3. After step *total* it stays at *lowest*.
    """
    raise NotImplementedError("warmup_cosine: return the rate at a step")


def one_cycle(step: int, total: int, highest: float, rise: float = 0.3) -> float:
    """Return the rate at *step* of *total*: up and down again, each like half a cosine.

    It begins with `highest / 25` at step 0, is highest at `rise * total - 1`, which need
    not be a whole number but is above 0, and ends with `highest / 250_000` at `total - 1`.

    Raises:
        ValueError: If *step* is *total* or more: the cycle is over.
    """
    raise NotImplementedError("one_cycle: return the rate at a step")


class Schedule:
    """Writes a rate for every step into an optimizer.

    Attributes:
        highest: The rate of each parameter group when the schedule was made.
        taken: The step whose rates are in the optimizer now; all that changes here.
    """

    def __init__(self, optimizer: Optimizer, rate: Callable[[int, float], float]) -> None:
        """Set the rates of step 0; this method is given. *rate* gets a step and a highest rate."""
        self.optimizer, self.rate = optimizer, rate
        self.highest = [group["lr"] for group in optimizer.param_groups]
        self.taken = -1
        self.step()

    def step(self) -> None:
        """Go to the next step, and write `rate(taken, highest)` into every parameter group."""
        raise NotImplementedError("Schedule.step: count, and write the rate of every group")


def to_device(batch: Any, device: str | torch.device) -> Any:
    """Return *batch* with every tensor in it on *device*, whatever it is packed into.

    Lists, tuples, named tuples and dicts come back as new ones of their kind, also inside
    each other; all else comes back as it is. A tensor that is there already is not copied.
    """
    raise NotImplementedError("to_device: move every tensor of a batch")


class DeviceLoader:
    """Hands out the batches of any loader, each on a device."""

    def __init__(self, dl: Iterable[Any], device: str | torch.device) -> None:
        """Remember both; this method is given."""
        self.dl, self.device = dl, device

    def __iter__(self) -> Iterator[Any]:
        """Give one batch of the loader after the other, moved when it is asked for."""
        raise NotImplementedError("DeviceLoader.__iter__: give every batch, on the device")

    def __len__(self) -> int:
        """Return how many batches the loader has."""
        raise NotImplementedError("DeviceLoader.__len__: count the batches")
