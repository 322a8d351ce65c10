"""Experiments on `impl.MLP`, begun from given weights; they observe and never judge."""

from collections import Counter

from torch import Tensor


def _model(impl, weights):
    n_hidden, n_in = weights["l1.weight"].shape
    model = impl.MLP(n_in, n_hidden, len(weights["l2.bias"]))
    # Not strict: a model without these parameters is told so by its values.
    model.load_state_dict(weights, strict=False)
    return model


def describe(impl, weights, x):
    """Return the type of the output and, if it is a tensor, its shape."""
    output = _model(impl, weights)(x)
    shape = tuple(output.shape) if isinstance(output, Tensor) else None
    return {"type": type(output).__name__, "shape": shape}


def outputs(impl, weights, inputs):
    """Return what one model makes of each of *inputs*."""
    model = _model(impl, weights)
    return [model(x) for x in inputs]


def input_after_call(impl, weights, x):
    """Return the input as it is after the call."""
    _model(impl, weights)(x)
    return x


def learning(impl, weights, x):
    """Return whether the output has a history, and which parameters a backward pass reaches."""
    model = _model(impl, weights)
    output = model(x)
    if output.requires_grad:
        output.square().sum().backward()
    reached = [name for name, p in model.named_parameters() if p.grad is not None]
    return {"history": output.requires_grad, "reached": sorted(reached)}


def hooks(impl, weights, x):
    """Return how often a forward hook on the model and on each layer fires in one call."""
    model = _model(impl, weights)
    fired = Counter()
    watched = {"model": model, "l1": model.l1, "relu": model.relu, "l2": model.l2}
    for name, module in watched.items():
        module.register_forward_hook(lambda *_, name=name: fired.update([name]))
    model(x)
    return {name: fired[name] for name in watched}
