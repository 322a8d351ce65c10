"""Experiments for the public checks; each runs on any implementation of `MiniModule`."""

from itertools import islice

import torch
from torch import nn


def _leaf(impl, value):
    """Make a module with one parameter."""
    module = impl.MiniModule()
    module.weight = nn.Parameter(value.clone())
    return module


def _names(module):
    return [name for name, _ in islice(module.named_parameters(), 50)]


def own(impl, value):
    """Return what is listed of a module with two parameters and a number, and what is read."""
    module = _leaf(impl, value)
    module.steps = 3
    module.bias = nn.Parameter(value.clone())
    return {"listed": _names(module), "steps": module.steps, "weight": module.weight}


def nested(impl, value):
    """Return what is listed of a module with a child, a layer of torch, and a parameter."""
    module = impl.MiniModule()
    module.child = _leaf(impl, value)
    module.layer = nn.Linear(2, 3)
    module.scale = nn.Parameter(value.clone())
    return _names(module)


def changed(impl, value):
    """Return what is listed after one parameter was assigned again, and one deleted."""
    module = _leaf(impl, value)
    module.bias = nn.Parameter(value.clone())
    module.weight = nn.Parameter(value + 1)
    del module.bias
    return {"listed": _names(module), "weight": module.weight, "left": hasattr(module, "bias")}


def tied(impl, value):
    """Return what is listed where two children share one parameter."""
    module = impl.MiniModule()
    module.one, module.two = _leaf(impl, value), _leaf(impl, value)
    module.two.weight = module.one.weight
    return _names(module)


def modes(impl, value):
    """Return the modes of a module, its child and a layer of torch after eval and train."""
    module = _leaf(impl, value)
    module.child = _leaf(impl, value)
    module.child.layer = nn.Dropout()
    seen = {}
    for name in ("eval", "train"):
        returned = getattr(module, name)()
        seen[name] = [m.training for m in (module, module.child, module.child.layer)]
        seen[f"{name} returns the module"] = returned is module
    return seen


def called(impl, x):
    """Return what a call of a module with `forward` returns."""

    class Scale(impl.MiniModule):
        def forward(self, x, factor=1):
            return x * factor

    return Scale()(x, factor=3)


def descend(impl, weight, x, steps):
    """Let torch's optimizer make *x* times the weight small; return the losses."""
    module = impl.MiniModule()
    module.child = _leaf(impl, weight)
    optimizer = torch.optim.SGD(module.parameters(), lr=0.1)
    losses = []
    for _ in range(steps):
        module.zero_grad()
        loss = (x * module.child.weight).square().sum()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
