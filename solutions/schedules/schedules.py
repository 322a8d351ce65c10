"""Learning-rate schedules, and what brings batches to a device."""

import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer


def warmup_cosine(
    step: int, total: int, highest: float, lowest: float = 0.0, warmup: int = 0
) -> float:
    """Return the rate at *step*: a linear rise, then half a cosine."""
    if step < warmup:
        return highest * (step + 1) / (warmup + 1)
    return _between(highest, lowest, min((step - warmup) / (total - warmup), 1.0))


def one_cycle(step: int, total: int, highest: float, rise: float = 0.3) -> float:
    """Return the rate at *step* of *total*: up and down again, each like half a cosine."""
    if step >= total:
        raise ValueError(f"the cycle has {total} steps, so there is no step {step}")
    first, last, peak = highest / 25, highest / 250_000, rise * total - 1
    if step <= peak:
        return _between(first, highest, step / peak)
    return _between(highest, last, (step - peak) / (total - 1 - peak))


def _between(start: float, end: float, way: float) -> float:
    """Return where half a cosine from *start* to *end* is after *way* of it, from 0 to 1."""
    return end + (start - end) * (1 + math.cos(math.pi * way)) / 2


class Schedule:
    """Writes a rate for every step into an optimizer."""

    def __init__(self, optimizer: Optimizer, rate: Callable[[int, float], float]) -> None:
        """Set the rates of step 0."""
        self.optimizer, self.rate = optimizer, rate
        self.highest = [group["lr"] for group in optimizer.param_groups]
        self.taken = -1
        self.step()

    def step(self) -> None:
        """Go to the next step, and write its rate into every parameter group."""
        self.taken += 1
        for group, highest in zip(self.optimizer.param_groups, self.highest, strict=True):
            group["lr"] = self.rate(self.taken, highest)


def to_device(batch: Any, device: str | torch.device) -> Any:
    """Return *batch* with every tensor in it on *device*, whatever it is packed into."""
    if isinstance(batch, Tensor):
        return batch.to(device)
    if isinstance(batch, dict):
        return {key: to_device(value, device) for key, value in batch.items()}
    if isinstance(batch, list | tuple):
        moved = [to_device(value, device) for value in batch]
        if hasattr(batch, "_fields"):  # a named tuple takes its values one by one
            return type(batch)(*moved)
        return type(batch)(moved)
    return batch


class DeviceLoader:
    """Hands out the batches of any loader, each on a device."""

    def __init__(self, dl: Iterable[Any], device: str | torch.device) -> None:
        """Remember both."""
        self.dl, self.device = dl, device

    def __iter__(self) -> Iterator[Any]:
        """Give one batch of the loader after the other, moved when it is asked for."""
        for batch in self.dl:
            yield to_device(batch, self.device)

    def __len__(self) -> int:
        """Return how many batches the loader has."""
        return len(self.dl)  # type: ignore[arg-type]  # some loaders have no length, as this one then
