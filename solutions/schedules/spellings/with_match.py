"""Patterns instead of isinstance; the rise as an interpolation; a rate per group in a list."""

import math

from torch import Tensor


def warmup_cosine(step, total, highest, lowest=0.0, warmup=0):
    if step < warmup:
        share = (1 + step) / (1 + warmup)
        return share * highest
    if step >= total:
        return float(lowest)
    done = (step - warmup) / (total - warmup)
    share = 0.5 * (1.0 + math.cos(done * math.pi))
    return share * highest + (1.0 - share) * lowest


def one_cycle(step, total, highest, rise=0.3):
    if step >= total:
        raise ValueError(f"the cycle has {total} steps, so there is no step {step}")
    first, last, peak = highest / 25, highest / 250_000, rise * total - 1
    if step <= peak:
        return _between(first, highest, step / peak)
    return _between(highest, last, (step - peak) / (total - 1 - peak))


def _between(start, end, way):
    return end + (start - end) * (1 + math.cos(math.pi * way)) / 2


class Schedule:
    def __init__(self, optimizer, rate):
        self.optimizer, self.rate = optimizer, rate
        self.highest = [group["lr"] for group in optimizer.param_groups]
        self.taken = -1
        self.step()

    def step(self):
        self.taken = self.taken + 1
        rates = [self.rate(self.taken, highest) for highest in self.highest]
        for k, rate in enumerate(rates):
            self.optimizer.param_groups[k]["lr"] = rate


def to_device(batch, device):
    match batch:
        case Tensor():
            return batch.to(device=device, non_blocking=True)
        case dict():
            return type(batch)((key, to_device(value, device)) for key, value in batch.items())
        case tuple() if hasattr(batch, "_make"):
            return batch._make(to_device(value, device) for value in batch)
        case tuple():
            return tuple(to_device(value, device) for value in batch)
        case list():
            return [to_device(value, device) for value in batch]
        case _:
            return batch


class DeviceLoader:
    def __init__(self, dl, device):
        self.dl, self.device = dl, device

    def __iter__(self):
        yield from map(self._moved, self.dl)

    def _moved(self, batch):
        return to_device(batch, self.device)

    def __len__(self):
        return len(self.dl)
