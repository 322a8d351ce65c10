"""Fails: batches_are_moved_on_demand.

Says: You take the next batch before the last one was used. That can be worth it, but here a
batch is taken when the loop gets to it.
"""

import math

from torch import Tensor


def warmup_cosine(step, total, highest, lowest=0.0, warmup=0):
    if step < warmup:
        return highest * (step + 1) / (warmup + 1)
    return _between(highest, lowest, min((step - warmup) / (total - warmup), 1.0))


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
        self.taken += 1
        for group, highest in zip(self.optimizer.param_groups, self.highest, strict=True):
            group["lr"] = self.rate(self.taken, highest)


def to_device(batch, device):
    if isinstance(batch, Tensor):
        return batch.to(device)
    if isinstance(batch, dict):
        return {key: to_device(value, device) for key, value in batch.items()}
    if isinstance(batch, list | tuple):
        moved = [to_device(value, device) for value in batch]
        return type(batch)(*moved) if hasattr(batch, "_fields") else type(batch)(moved)
    return batch


class DeviceLoader:
    def __init__(self, dl, device):
        self.dl, self.device = dl, device

    def __iter__(self):
        last = []
        for batch in self.dl:
            if last:
                yield last.pop()
            last.append(to_device(batch, self.device))
        yield from last

    def __len__(self):
        return len(self.dl)
