"""Experiments for the public checks; each runs on any implementation of `Linear` and `ReLU`."""

import torch


def _layer(impl, weight, bias):
    layer = impl.Linear(weight.shape[1], weight.shape[0], bias=bias is not None)
    state = {"weight": weight} if bias is None else {"weight": weight, "bias": bias}
    layer.load_state_dict(state, strict=False)
    return layer


def parameters(impl, n_in, n_out, bias):
    """Return the parameters of a new layer, by name."""
    return dict(impl.Linear(n_in, n_out, bias=bias).named_parameters())


def outputs(impl, weight, bias, x):
    """Return what a layer with these parameters makes of *x*."""
    return _layer(impl, weight, bias)(x)


def gradients(impl, weight, bias, x):
    """Return the gradients of the sum of the squared outputs."""
    layer = _layer(impl, weight, bias)
    layer(x).square().sum().backward()
    return {name: p.grad for name, p in layer.named_parameters()}


def rectified(impl, x):
    """Return what ReLU makes of *x*, and *x* afterwards."""
    return {"result": impl.ReLU()(x), "x": x}


def slopes(impl, x):
    """Return the gradient of the sum of ReLU's results."""
    x = x.clone().requires_grad_()
    torch.sum(impl.ReLU()(x)).backward()
    return x.grad
