"""Experiments for the public checks; each runs on any implementation of `Sequential`."""

from itertools import islice

from torch import nn

from autograder.probing import raised


def _layers(weights):
    """Make a Linear of each (weight, bias)."""
    layers = []
    for weight, bias in weights:
        layer = nn.Linear(weight.shape[1], weight.shape[0])
        layer.load_state_dict({"weight": weight, "bias": bias})
        layers.append(layer)
    return layers


def names(impl, weights):
    """Return the names of all parameters of Linear, ReLU, Linear."""
    first, second = _layers(weights)
    return [name for name, _ in impl.Sequential(first, nn.ReLU(), second).named_parameters()]


def output(impl, weights, x):
    """Return what a chain of linear layers makes of *x*."""
    return impl.Sequential(*_layers(weights))(x)


def used_twice(impl, weights, x):
    """Return the output of a chain with one layer in two positions, and its number of parameters."""
    (layer,) = _layers(weights)
    model = impl.Sequential(layer, layer)
    return {"output": model(x), "parameters": len(list(model.parameters()))}


def lengths(impl, counts):
    """Return `len` of chains of so many layers."""
    return [len(impl.Sequential(*(nn.ReLU() for _ in range(n)))) for n in counts]


def chosen(impl, weights, x, indices):
    """Return what the layer at each of *indices* makes of *x*."""
    model = impl.Sequential(*_layers(weights))
    return {i: model[i](x) for i in indices}


def refusal(impl, weights, index):
    """Return the name of the exception that `model[index]` raises, or None."""
    model = impl.Sequential(*_layers(weights))
    return raised(model.__getitem__, index)


def sliced(impl, weights, x, bounds):
    """Return whether a slice is a Sequential, and what it makes of *x*."""
    part = impl.Sequential(*_layers(weights))[slice(*bounds)]
    return {"is a Sequential": isinstance(part, impl.Sequential), "output": part(x)}


def walked(impl, weights, x):
    """Return what each layer makes of *x*, in the order of a loop, twice."""
    model = impl.Sequential(*_layers(weights))
    return [[layer(x) for layer in islice(iter(model), 20)] for _ in range(2)]
