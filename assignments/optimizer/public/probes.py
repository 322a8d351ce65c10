"""Experiments for the public checks; each runs on any implementation of `Optimizer`."""

import torch
from torch import nn


def _parameters(values, gradients):
    """Make one parameter from each value and give it its gradient, or None."""
    parameters = [nn.Parameter(value.clone()) for value in values]
    _give(parameters, gradients)
    return parameters


def _give(parameters, gradients):
    for p, gradient in zip(parameters, gradients, strict=True):
        p.grad = None if gradient is None else gradient.clone()


@torch.enable_grad()
def step_once(impl, params, grads, lr):
    """Return parameters and gradients after one step."""
    parameters = _parameters(params, grads)
    impl.Optimizer(parameters, lr).step()
    return {
        "parameters": [p.detach() for p in parameters],
        "gradients": [p.grad for p in parameters],
    }


@torch.enable_grad()
def step_twice_from_a_generator(impl, params, grads, lr):
    """Return the parameters after two steps with the same gradients."""
    parameters = _parameters(params, grads)
    optimizer = impl.Optimizer((p for p in parameters), lr)
    optimizer.step()
    _give(parameters, grads)
    optimizer.step()
    return [p.detach() for p in parameters]


@torch.enable_grad()
def clear(impl, params, grads):
    """Return the gradients after zero_grad."""
    parameters = _parameters(params, grads)
    impl.Optimizer(parameters, 0.1).zero_grad()
    return [p.grad for p in parameters]


@torch.enable_grad()
def learn(impl, data, weight, lr, steps):
    """Fit a linear model; return the loss before every step."""
    x, y = data
    weight = nn.Parameter(weight.clone())
    optimizer = impl.Optimizer([weight], lr)
    losses = []
    for _ in range(steps):
        loss = (x @ weight - y).square().mean()
        losses.append(loss.item())
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    return losses
