"""Experiments for the public checks; each runs on any implementation of `Adam` and `AdamW`."""

import torch
from torch import nn


@torch.enable_grad()
def trajectory(impl, name, params, stream, hyper):
    """Return parameters and gradients after every step; stream[t][i] belongs to params[i]."""
    parameters = [nn.Parameter(value.clone()) for value in params]
    optimizer = getattr(impl, name)(list(parameters), **hyper)
    seen = []
    for gradients in stream:
        for p, gradient in zip(parameters, gradients, strict=True):
            p.grad = None if gradient is None else gradient.clone()
        optimizer.step()
        seen.append(
            {
                "parameters": [p.detach().clone() for p in parameters],
                "gradients": [p.grad for p in parameters],
            }
        )
    return seen


@torch.enable_grad()
def learn(impl, name, data, weight, hyper, steps):
    """Fit a linear model; return the loss before every step."""
    x, y = data
    weight = nn.Parameter(weight.clone())
    optimizer = getattr(impl, name)([weight], **hyper)
    losses = []
    for _ in range(steps):
        loss = (x @ weight - y).square().mean()
        losses.append(float(loss.detach()))
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    return losses
