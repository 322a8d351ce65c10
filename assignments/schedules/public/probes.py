"""Experiments for the public checks; each runs on any implementation of the exercise."""

from itertools import islice

import torch
from torch import Tensor, nn
from torch.optim import SGD


def rates(impl, function, steps, settings):
    """Return what a function of the exercise gives at every one of *steps*."""
    return [getattr(impl, function)(step, **settings) for step in steps]


def scheduled(impl, highest, steps):
    """Return the rates of all groups after making a schedule and after every step of it."""
    groups = [{"params": [nn.Parameter(torch.ones(2))], "lr": lr} for lr in highest]
    optimizer = SGD(groups)
    schedule = impl.Schedule(optimizer, lambda step, top: top / (step + 1))
    seen = [[group["lr"] for group in optimizer.param_groups]]
    for _ in range(steps):
        schedule.step()
        seen.append([group["lr"] for group in optimizer.param_groups])
    return seen


def _devices(value):
    """Return *value* with the device in the place of every tensor."""
    if isinstance(value, Tensor):
        return value.device.type
    if isinstance(value, dict):
        return {key: _devices(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_devices(item) for item in value)
    return value


def moved(impl, batch):
    """Return where the tensors of *batch* are after it was moved to the device meta."""
    return _devices(impl.to_device(batch, "meta"))


def loaded(impl, batches, epochs):
    """Return where the tensors of all batches are, in each of *epochs*, and the length."""
    loader = impl.DeviceLoader(batches, "meta")
    seen = [[_devices(batch) for batch in islice(loader, 100)] for _ in range(epochs)]
    return {"epochs": seen, "len": len(loader)}
