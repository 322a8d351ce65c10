"""Experiments for the public checks; each runs on any implementation of `SGD`."""

import copy

import torch
from torch import nn

from autograder.probing import raised


def _parameters(values):
    return [nn.Parameter(value.clone()) for value in values]


def _give(parameters, gradients):
    for p, gradient in zip(parameters, gradients, strict=True):
        p.grad = gradient.clone()


@torch.enable_grad()
def trajectory(impl, params, stream, hyper):
    """Return the parameters after every step; stream[t][i] belongs to params[i]."""
    parameters = _parameters(params)
    optimizer = impl.SGD(list(parameters), **hyper)
    seen = {}
    for t, gradients in enumerate(stream, start=1):
        _give(parameters, gradients)
        optimizer.step()
        seen[f"after step {t}"] = [p.detach().clone() for p in parameters]
    return seen


@torch.enable_grad()
def two_groups(impl, params, grads, options):
    """Return two parameters after one step; the second is in a group with *options*."""
    parameters = _parameters(params)
    first, second = parameters
    optimizer = impl.SGD([{"params": first}, {"params": [second], **options}], lr=0.1)
    _give(parameters, grads)
    optimizer.step()
    return [p.detach() for p in parameters]


@torch.enable_grad()
def clear(impl, params, grads, options):
    """Return the gradients after zero_grad."""
    parameters = _parameters(params)
    _give(parameters, grads)
    impl.SGD(list(parameters), lr=0.1).zero_grad(**options)
    return [p.grad for p in parameters]


@torch.enable_grad()
def resumed(impl, params, stream, hyper):
    """Save after the first step, load into a new optimizer, and go on."""
    parameters = _parameters(params)
    optimizer = impl.SGD(list(parameters), **hyper)
    _give(parameters, stream[0])
    optimizer.step()
    saved = copy.deepcopy(optimizer.state_dict())
    optimizer = impl.SGD(list(parameters), lr=5.0)
    optimizer.load_state_dict(saved)
    for gradients in stream[1:]:
        _give(parameters, gradients)
        optimizer.step()
    return [p.detach() for p in parameters]


def errors(impl, value):
    """Return the exceptions of a few calls that make no sense."""
    (p,) = _parameters([value])
    return {
        "SGD([])": raised(impl.SGD, [], lr=0.1),
        "SGD([p], lr=-1.0)": raised(impl.SGD, [p], lr=-1.0),
        "SGD([p], lr=0.1, nesterov=True)": raised(impl.SGD, [p], lr=0.1, nesterov=True),
    }
