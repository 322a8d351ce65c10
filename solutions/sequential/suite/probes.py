"""Experiments on `impl.Sequential`.

A chain is described by a list: a pair (weight, bias) stands for a linear layer, a name for an
activation, a list for a chain inside of the chain. Loops are bounded, and written so that they
do not ask for `len`.
"""

import copy
from functools import reduce
from itertools import islice, pairwise

import torch
from torch import nn
from torch.func import functional_call
from torch.nn.functional import mse_loss

from autograder.probing import Operations, raised

_MANY = 40
_ACTIVATIONS = {"tanh": nn.Tanh, "relu": nn.ReLU, "sigmoid": nn.Sigmoid}


def _layer(impl, item):
    if isinstance(item, str):
        return _ACTIVATIONS[item]()
    if isinstance(item, list):
        return impl.Sequential(*(_layer(impl, part) for part in item))
    weight, bias = item
    layer = nn.Linear(weight.shape[1], weight.shape[0]).to(weight.dtype)
    layer.load_state_dict({"weight": weight, "bias": bias})
    return layer


def _layers(impl, chain):
    return [_layer(impl, item) for item in chain]


def _model(impl, chain):
    return impl.Sequential(*_layers(impl, chain))


def _bounded(iterable):
    return list(islice(iter(iterable), _MANY))


class _Pair(nn.Module):
    """Returns a tuple of two."""

    def forward(self, x):
        return x + 1, x * 2


class _Named(nn.Module):
    """Takes a tuple, returns a dict."""

    def forward(self, pair):
        one, other = pair
        return {"one": one, "other": other}


class _Difference(nn.Module):
    """Takes a dict."""

    def forward(self, named):
        return named["one"] - named["other"]


def parameters(impl, chain):
    """Return names and values of all parameters, in order.

    A second chain is there to tell what belongs to one chain from what belongs to all.
    """
    model = _model(impl, chain)
    _other = _model(impl, ["relu"])
    return list(model.named_parameters())


def after_writing_to_a_layer(impl, chain, number, x):
    """Fill the parameters of the first layer given with *number*; return the output."""
    layers = _layers(impl, chain)
    model = impl.Sequential(*layers)
    with torch.no_grad():
        for p in layers[0].parameters():
            p.fill_(number)
    return model(x)


def output(impl, chain, x):
    """Return what the chain makes of *x*."""
    return _model(impl, chain)(x)


def calls(impl, chain, x):
    """Return the positions of the layers in the order in which their hooks ran."""
    layers = _layers(impl, chain)
    model = impl.Sequential(*layers)
    order = []
    for position, layer in enumerate(layers):
        layer.register_forward_hook(lambda *_, position=position: order.append(position))
    result = model(x)
    return {"order": order[:_MANY], "output": result}


def with_one_layer_twice(impl, chain, positions, x):
    """Return facts on a chain that has layers of *chain* in *positions*, some of them twice."""
    layers = _layers(impl, chain)
    model = impl.Sequential(*(layers[i] for i in positions))
    return {"output": model(x), "names": [name for name, _ in model.named_parameters()]}


def lengths(impl, chains):
    """Return `len` of each of *chains*."""
    return [len(_model(impl, chain)) for chain in chains]


def length_with_one_layer_twice(impl):
    """Return `len` of a chain of three positions with two layers."""
    layer = nn.ReLU()
    return len(impl.Sequential(layer, nn.Tanh(), layer))


def found(impl, chain, indices, x):
    """Return what the layer at each of *indices* makes of *x*."""
    model = _model(impl, chain)
    return [model[i](x) for i in indices]


def refusals(impl, chain, indices):
    """Return the name of the exception that each of *indices* raises, and what it found instead."""
    model = _model(impl, chain)
    seen = []
    for i in indices:
        layers = []
        error = raised(lambda i=i, layers=layers: layers.append(model[i]))
        seen.append({"raised": error, "found": [type(layer).__name__ for layer in layers]})
    return seen


def slices(impl, chain, bounds, x):
    """Return, for each slice, whether it is a Sequential, what it makes of *x*, and its layers."""
    model = _model(impl, chain)
    seen = []
    for bound in bounds:
        part = model[slice(*bound)]
        if isinstance(part, list | tuple):
            seen.append({"is a Sequential": False})
            continue
        seen.append(
            {
                "is a Sequential": isinstance(part, impl.Sequential),
                "output": part(x),
                "parameters": [p for _, p in part.named_parameters()],
            }
        )
    return seen


def after_writing_to_a_slice(impl, chain, number, x):
    """Fill the parameters of model[:1] with *number*; return the output of the whole model."""
    model = _model(impl, chain)
    with torch.no_grad():
        for p in model[:1].parameters():
            p.fill_(number)
    return model(x)


def loops(impl, chain, x):
    """Return what the layers of several loops make of *x*."""
    model = _model(impl, chain)
    first = iter(model)
    seen = {"the first loop": [layer(x) for layer in _bounded(first)]}
    seen["a second loop"] = [layer(x) for layer in _bounded(model)]
    seen["a loop inside of a loop"] = [
        [inner(outer(x)) for inner in islice(iter(model), _MANY)]
        for outer in islice(iter(model), _MANY)
    ]
    seen["reduce"] = reduce(lambda value, layer: layer(value), _bounded(model), x)
    return seen


def loop_with_one_layer_twice(impl, chain, x):
    """Return what the layers of a loop make of *x*, where the first one stands in position 2, too."""
    layers = _layers(impl, chain)
    return [layer(x) for layer in _bounded(impl.Sequential(*layers, layers[0]))]


def after_changes(impl, chain, replacement, addition, x):
    """Replace layer 1 and add a layer at the end; return what is there and the output."""
    model = _model(impl, chain)
    model(x)
    setattr(model, "1", _layer(impl, replacement))
    replaced = model(x)
    model.add_module(str(len(chain)), _layer(impl, addition))
    return {"replaced": replaced, "and added": model(x)}


def views_after_changes(impl, chain, replacement, addition, x):
    """Replace layer 1 and add a layer; return length, last layer and loop."""
    model = _model(impl, chain)
    setattr(model, "1", _layer(impl, replacement))
    model.add_module(str(len(chain)), _layer(impl, addition))
    return {
        "len": len(model),
        "model[1]": model[1](x),
        "model[-1]": model[-1](x),
        "loop": [layer(x) for layer in _bounded(model)],
    }


def argument_refusals(impl):
    """Return the name of the exception that each wrong argument raises, or None."""
    wrong = {
        "a list of layers": [nn.ReLU(), nn.Tanh()],
        "a class": nn.ReLU,
        "a function": torch.tanh,
        "a tensor": torch.zeros(2),
    }
    seen = {name: raised(impl.Sequential, nn.ReLU(), value) for name, value in wrong.items()}
    return seen | {
        "nothing but a list of layers": raised(impl.Sequential, wrong["a list of layers"])
    }


def through_other_kinds(impl, x):
    """Return the output of a chain whose layers hand on a tuple and a dict."""
    return impl.Sequential(_Pair(), _Named(), _Difference())(x)


def modes(impl, x):
    """Return outputs and modes of a chain with dropout, in evaluation and in training mode."""
    dropout = nn.Dropout(1.0)  # drops everything, and only while it is training
    model = impl.Sequential(nn.Identity(), dropout)
    seen = {}
    for name, mode in (("eval", False), ("train", True)):
        model.train(mode)
        seen[name] = {"output": model(x), "training": dropout.training}
    return seen


def copies(impl, chain, other, x):
    """Return the outputs of a copy with other weights, of the original, and with weights passed in."""
    model = _model(impl, chain)
    model(x)
    state = _model(impl, other).state_dict()
    twin = copy.deepcopy(model)
    twin.load_state_dict(state)
    return {
        "the copy": twin(x),
        "the original": model(x),
        "weights passed in": functional_call(model, state, (x,)),
    }


def work(impl, chain, x):
    """Return how many operations a call runs, and how many elements they write."""
    model = _model(impl, chain)
    with torch.no_grad(), Operations() as seen:
        model(x)
    return seen.summary()


def state(impl, chain):
    """Return the state of a chain, in order."""
    return list(_model(impl, chain).state_dict().items())


def loaded(impl, chain, state, x):
    """Return the output after *state* was loaded."""
    model = _model(impl, chain)
    model.load_state_dict(dict(state))
    return model(x)


def gradients(impl, chain, x, target):
    """Return the gradient of the loss for every parameter and for the input."""
    model = _model(impl, chain)
    x.requires_grad_()
    mse_loss(model(x), target).backward()
    return {name: p.grad for name, p in model.named_parameters()} | {"x": x.grad}


def passes(impl, repeats, seed, sizes, rows):
    """Time *repeats* forward passes without gradients, each on a batch of its own."""
    generator = torch.Generator().manual_seed(seed)
    chain = []
    for n_in, n_out in pairwise(sizes):
        weight = torch.rand((n_out, n_in), generator=generator)
        chain += [(weight / n_in, torch.rand((n_out,), generator=generator)), "relu"]
    model = _model(impl, chain)
    # Windows of one buffer: each batch is new, and none has to be drawn by itself.
    buffer = torch.rand(rows * sizes[0] + 4 * repeats, generator=generator)
    batches = [buffer[4 * t :][: rows * sizes[0]].view(rows, sizes[0]) for t in range(repeats)]
    yield
    with torch.no_grad():
        return torch.stack([model(x) for x in batches]).sum(0)
