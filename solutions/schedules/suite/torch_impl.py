"""Torch's own schedulers, behind the names of the exercise; it runs in the judge only.

Differs: rate_stays_lowest_after_the_end, one_cycle_ends.
"""

import warnings

import torch
from torch import nn
from torch.optim.lr_scheduler import (
    CosineAnnealingLR,
    LambdaLR,
    LinearLR,
    OneCycleLR,
    SequentialLR,
)
from torch.utils._pytree import tree_map_only


def _rate_after(steps, make, highest):
    """Return the rate of an optimizer after *steps* steps of the scheduler that *make* makes."""
    optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(()))], lr=highest)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a scheduler that runs before any step was taken
        scheduler = make(optimizer)
        for _ in range(steps):
            scheduler.step()
    return optimizer.param_groups[0]["lr"]


def warmup_cosine(step, total, highest, lowest=0.0, warmup=0):
    def make(optimizer):
        cosine = CosineAnnealingLR(optimizer, total - warmup, eta_min=lowest)
        if not warmup:
            return cosine
        rise = LinearLR(optimizer, start_factor=1 / (warmup + 1), total_iters=warmup)
        return SequentialLR(optimizer, [rise, cosine], milestones=[warmup])

    return _rate_after(step, make, highest)


def one_cycle(step, total, highest, rise=0.3):
    return _rate_after(
        step,
        lambda o: OneCycleLR(o, highest, total_steps=total, pct_start=rise, cycle_momentum=False),
        highest,
    )


class Schedule:
    """`LambdaLR`, one function for each group, in the form of the exercise."""

    def __init__(self, optimizer, rate):
        highest = [group["lr"] for group in optimizer.param_groups]
        factors = [lambda step, h=h: rate(step, h) / h for h in highest]
        self.scheduler = LambdaLR(optimizer, factors)

    @property
    def taken(self):
        return self.scheduler.last_epoch

    @taken.setter
    def taken(self, step):
        self.scheduler.last_epoch = step

    def step(self):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.scheduler.step()


def to_device(batch, device):
    return tree_map_only(torch.Tensor, lambda t: t.to(device), batch)


class DeviceLoader:
    def __init__(self, dl, device):
        self.dl, self.device = dl, device

    def __iter__(self):
        return (to_device(batch, self.device) for batch in self.dl)

    def __len__(self):
        return len(self.dl)
