"""Experiments on schedules, and on what moves batches.

The device that tensors are moved to is torch's `meta`, which every machine has: a tensor
there has a shape and a dtype, and no values.
"""

from collections import namedtuple
from itertools import islice

import torch
from torch import Tensor, nn
from torch.optim import SGD

from autograder.probing import raised

Point = namedtuple("Point", ["left", "right"])  # noqa: PYI024 - as it is met in loaders


def rates(impl, function, steps, settings):
    """Return what a function of the exercise gives at every one of *steps*."""
    return [getattr(impl, function)(step, **settings) for step in steps]


def errors_at(impl, function, steps, settings):
    """Return the name of the exception at each of *steps*, or None, after asking for step 0."""
    getattr(impl, function)(0, **settings)
    return [raised(getattr(impl, function), step, **settings) for step in steps]


def _optimizer(highest):
    """Return an optimizer with a parameter group for every rate of *highest*."""
    groups = [{"params": [nn.Parameter(torch.ones(2))], "lr": lr} for lr in highest]
    return SGD(groups, momentum=0.9)


def _rates_of(optimizer):
    return [group["lr"] for group in optimizer.param_groups]


def _falling(step, highest):
    """Return a rate that depends on the step in every digit."""
    return highest * (1 + step % 7) / (2 + step * step)


def scheduled(impl, highest, steps):
    """Return the rates of all groups after making a schedule and after every step of it.

    An attribute `lr` of the optimizer tells a rate that was put in the wrong place from none.
    """
    optimizer = _optimizer(highest)
    schedule = impl.Schedule(optimizer, _falling)
    seen = [_rates_of(optimizer)]
    for _ in range(steps):
        schedule.step()
        seen.append(_rates_of(optimizer))
    return {"rates": seen, "has an attribute": hasattr(optimizer, "lr")}


def questions_of_the_schedule(impl, highest, steps):
    """Return with what the schedule asked for a rate in every step, and the rates at the end."""
    optimizer, asked = _optimizer(highest), []

    def rate(step, top):
        asked.append((step, top))
        return _falling(step, top)

    schedule = impl.Schedule(optimizer, rate)
    for _ in range(steps):
        schedule.step()
    return {"asked": asked, "rates": _rates_of(optimizer)}


def scheduled_with_a_meddler(impl, highest, steps):
    """Return the rates after every step of a schedule while somebody else changes them."""
    optimizer = _optimizer(highest)
    schedule = impl.Schedule(optimizer, _falling)
    seen = []
    for _ in range(steps):
        for group in optimizer.param_groups:
            group["lr"] *= 0.5
        schedule.step()
        seen.append(_rates_of(optimizer))
    return seen


def resumed(impl, highest, stop, steps):
    """Return the rates of a schedule that goes on where another was after *stop* steps."""
    first = impl.Schedule(_optimizer(highest), _falling)
    for _ in range(stop):
        first.step()
    optimizer = _optimizer(highest)
    second = impl.Schedule(optimizer, _falling)
    second.taken = first.taken
    seen = []
    for _ in range(steps):
        second.step()
        seen.append(_rates_of(optimizer))
    return seen


def optimizer_afterwards(impl, highest, steps):
    """Return what else of an optimizer has changed after some steps of a schedule."""
    optimizer = _optimizer(highest)
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    for p in parameters:
        p.grad = torch.ones_like(p)
    schedule = impl.Schedule(optimizer, _falling)
    for _ in range(steps):
        schedule.step()
    return {
        "rates": _rates_of(optimizer),
        "momentum": [group["momentum"] for group in optimizer.param_groups],
        "parameters": [p.detach() for p in parameters],
        "gradients": [p.grad for p in parameters],
    }


@torch.enable_grad()
def trained_by_schedule(impl, data, weight, highest, total, lowest, warmup):
    """Train a linear model for *total* steps with a warm-up and a cosine; return its weights."""
    x, y = data
    weight = nn.Parameter(weight.clone())
    optimizer = SGD([weight], lr=highest, momentum=0.9)
    schedule = impl.Schedule(
        optimizer, lambda step, top: impl.warmup_cosine(step, total, top, lowest, warmup)
    )
    for _ in range(total):
        (x @ weight - y).square().mean().backward()
        optimizer.step()
        optimizer.zero_grad()
        schedule.step()
    return weight.detach()


def _facts(value):
    """Return kind, and for a tensor device, shape and dtype, of all that *value* holds."""
    if isinstance(value, Tensor):
        return [value.device.type, list(value.shape), str(value.dtype)]
    if isinstance(value, dict):
        return {"dict": {key: _facts(item) for key, item in value.items()}}
    if isinstance(value, list | tuple):
        return {type(value).__name__: [_facts(item) for item in value]}
    return value


def _batches(tensors):
    """Return batches of several forms around *tensors*."""
    x, y = tensors
    return {
        "a tuple": (x, y),
        "a list": [x, y],
        "a dict": {"image": x, "label": y},
        "a named tuple": Point(x, y),
        "a dict with lists": {"images": [x, x], "more": {"label": (y,)}},
        "a tuple of a named tuple": (Point(x, [y]), x),
    }


def moved_tensor(impl, tensor, device):
    """Return what is known of a tensor after moving it, and of the old one."""
    return {"moved": _facts(impl.to_device(tensor, device)), "old": _facts(tensor)}


def moved_batches(impl, tensors, device, forms):
    """Return what is known of batches of several *forms* after moving them."""
    batches = _batches(tensors)
    return {form: _facts(impl.to_device(batches[form], device)) for form in forms}


def moved_with_other_things(impl, tensor, others, device):
    """Return what is known of a batch that holds other things than tensors, after moving it."""
    return _facts(impl.to_device([tensor, *others], device))


def moved_to_the_same_place(impl, tensors):
    """Return whether tensors that are where they should be are the same objects afterwards."""
    x, y = tensors
    moved = impl.to_device({"x": x, "pair": (x, y)}, "cpu")
    return [moved["x"] is x, moved["pair"][0] is x, moved["pair"][1] is y]


def batch_afterwards(impl, tensors, device):
    """Return what is known of a batch of lists and dicts after it was moved elsewhere."""
    x, y = tensors
    batch = {"pair": [x, y], "x": x}
    moved = impl.to_device(batch, device)
    return {"moved": _facts(moved), "old": _facts(batch)}


class _Loader:
    """A loader that remembers how often it was asked for a batch."""

    def __init__(self, tensors, count):
        self.tensors, self.count, self.asked = tensors, count, 0

    def __iter__(self):
        for k in range(self.count):
            self.asked += 1
            yield [t[k : k + 1] for t in self.tensors]

    def __len__(self):
        return self.count


def loaded(impl, tensors, count, device, epochs):
    """Return what is known of all batches of a loader, in each of *epochs*."""
    loader = impl.DeviceLoader(_Loader(tensors, count), device)
    return [[_facts(batch) for batch in islice(loader, 100)] for _ in range(epochs)]


def values_loaded(impl, tensors, count):
    """Return the batches of a loader that are where they should be already."""
    return list(islice(impl.DeviceLoader(_Loader(tensors, count), "cpu"), 100))


def asked_so_far(impl, tensors, count, steps):
    """Return how many batches the loader was asked for after `iter` and each of *steps* `next`."""
    source = _Loader(tensors, count)
    iterator = iter(impl.DeviceLoader(source, "cpu"))
    seen = [source.asked]
    for _ in range(steps):
        next(iterator)
        seen.append(source.asked)
    return seen


def length(impl, tensors, count):
    """Return `len(loader)`, and how many batches were made for that."""
    source = _Loader(tensors, count)
    return {"len": len(impl.DeviceLoader(source, "cpu")), "asked": source.asked}
