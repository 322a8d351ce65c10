"""Experiments on `impl.Linear` and `impl.ReLU`.

Those on a forward pass begin from given parameters, so that two implementations can be compared.
"""

import copy

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn.functional import mse_loss

from autograder.probing import Operations, raised


def _layer(impl, state):
    """Make a layer and give it the parameters *state*."""
    n_out, n_in = state["weight"].shape
    layer = impl.Linear(n_in, n_out, bias="bias" in state).to(state["weight"].dtype)
    # Not strict: which parameters are registered is an observation of its own.
    layer.load_state_dict(state, strict=False)
    return layer


def registered(impl, n_in, n_out, bias):
    """Return shape, dtype and requires_grad of every parameter, and what `bias` and `weight` are."""
    layer = impl.Linear(n_in, n_out, bias=bias)
    state = layer.state_dict()
    return {
        "parameters": {
            name: {
                "shape": tuple(p.shape),
                "dtype": str(p.dtype),
                "requires_grad": p.requires_grad,
            }
            for name, p in layer.named_parameters()
        },
        "state": sorted(state),
        "attributes": {name: _kind(layer, name) for name in ("weight", "bias")},
    }


def _kind(layer, name):
    value = getattr(layer, name, "missing")
    if isinstance(value, Tensor):
        return {"type": type(value).__name__, "requires_grad": value.requires_grad}
    return value


def fresh(impl, n_in, n_out):
    """Return the parameters of two new layers."""
    layers = [impl.Linear(n_in, n_out) for _ in range(2)]
    return [dict(layer.named_parameters()) for layer in layers]


def second_after_writing_to_the_first(impl, n_in, n_out, number):
    """Fill one layer with *number*; return the parameters of another and of one made later."""
    first, second = impl.Linear(n_in, n_out), impl.Linear(n_in, n_out)
    with torch.no_grad():
        for p in first.parameters():
            p.fill_(number)
    third = impl.Linear(n_in, n_out)
    return [dict(layer.named_parameters()) for layer in (first, second, third)]


def outputs(impl, state, inputs):
    """Return what one layer makes of each of *inputs*, in turn."""
    layer = _layer(impl, state)
    return [layer(x) for x in inputs]


def output_without_bias(impl, weight, x):
    """Return the output of a layer that was made without a bias."""
    return _layer(impl, {"weight": weight})(x)


def strided_outputs(impl, state, x):
    """Return the outputs for inputs that are no plain block of memory."""
    layer = _layer(impl, state)
    rows, width = x.shape
    inputs = {
        "a transposed input": x.t().contiguous().t(),
        "an input with its first two dimensions swapped": x.view(2, rows // 2, width).transpose(
            0, 1
        ),
        "every other column of a wider input": x.repeat_interleave(2, dim=-1)[..., ::2],
        "one row expanded to 5": x[:1].expand(5, -1),
    }
    return {name: layer(value) for name, value in inputs.items()}


def refusals(impl, state, inputs):
    """Return the name of the exception that each of *inputs* raises, or None."""
    layer = _layer(impl, state)
    return {name: raised(layer, x) for name, x in inputs.items()}


def input_after_linear(impl, state, x):
    """Return the input after the call, how often it was written to, and the output."""
    version = x._version  # noqa: SLF001 - the only trace of a write that left the values alone
    layer = _layer(impl, state)
    output = layer(x)
    return {
        "values": x,
        "writes": x._version - version,  # noqa: SLF001
        "requires_grad": x.requires_grad,
        "output": output,
    }


def replaced(impl, state, other, x):
    """Return the output with *other* passed in for one call, loaded into a copy, and assigned."""
    layer = _layer(impl, state)
    layer(x)
    seen = {"passed in": functional_call(layer, other, (x,))}
    twin = copy.deepcopy(layer)
    twin.load_state_dict(other, strict=False)
    seen["a copy with other weights"] = twin(x)
    seen["the original afterwards"] = layer(x)
    assigned = _layer(impl, state)
    assigned(x)
    assigned.weight = nn.Parameter(other["weight"].clone())
    assigned.bias = nn.Parameter(other["bias"].clone())
    seen["assigned"] = assigned(x)
    return seen


def gradients(impl, state, x, target):
    """Return the gradient of the loss for every parameter and for the input."""
    layer = _layer(impl, state)
    x.requires_grad_()
    mse_loss(layer(x), target).backward()
    return {name: p.grad for name, p in layer.named_parameters()} | {"x": x.grad}


def work_of_linear(impl, state, x):
    """Return how many operations a call runs and how many elements they write."""
    layer = _layer(impl, state)
    with torch.no_grad(), Operations() as work:
        layer(x)
    return work.summary()


def train(impl, states, x, target, lr):
    """Train Linear, ReLU, Linear on one batch; return the losses and the parameters at the end."""
    first, second = (_layer(impl, state) for state in states)
    relu = impl.ReLU()
    parameters = [*first.parameters(), *second.parameters()]
    losses = []
    for _ in range(50):
        loss = mse_loss(second(relu(first(x))), target)
        losses.append(loss.item())
        loss.backward()
        with torch.no_grad():
            for p in parameters:
                if p.grad is not None:
                    p.sub_(lr * p.grad)
                    p.grad = None
    return {
        "losses": losses,
        "first layer": dict(first.named_parameters()),
        "second layer": dict(second.named_parameters()),
    }


def rectified(impl, inputs):
    """Return what one ReLU makes of each of *inputs*."""
    relu = impl.ReLU()
    return [relu(x) for x in inputs]


def input_after_relu(impl, x):
    """Return the input after the call, and how often it was written to."""
    version = x._version  # noqa: SLF001
    result = impl.ReLU()(x)
    return {"values": x, "writes": x._version - version, "result": result}  # noqa: SLF001


def slopes(impl, x, weights):
    """Return the gradient of the weighted sum of ReLU's results."""
    x = x.clone().requires_grad_()
    torch.sum(impl.ReLU()(x) * weights).backward()
    return x.grad


def state_of_relu(impl, x):
    """Return ReLU's parameters and the names in its state after a call."""
    relu = impl.ReLU()
    result = relu(x)
    return {
        "parameters": dict(relu.named_parameters()),
        "state": sorted(relu.state_dict()),
        "result": result,
    }


def work_of_relu(impl, x):
    """Return how many operations ReLU runs."""
    relu = impl.ReLU()
    with torch.no_grad(), Operations() as work:
        relu(x)
    return work.summary()


def linear_passes(impl, repeats, seed, sizes, rows):
    """Time *repeats* calls of Linear without gradients, each on a batch of its own."""
    n_in, n_out = sizes
    generator = torch.Generator().manual_seed(seed)
    state = {
        "weight": torch.rand((n_out, n_in), generator=generator),
        "bias": torch.rand((n_out,), generator=generator),
    }
    layer = _layer(impl, state)
    # Windows of one buffer: each batch is new, and none has to be drawn by itself.
    buffer = torch.rand(rows * n_in + 4 * repeats, generator=generator)
    batches = [buffer[4 * t :][: rows * n_in].view(rows, n_in) for t in range(repeats)]
    total = torch.zeros(rows, n_out)
    yield
    with torch.no_grad():
        for x in batches:
            total += layer(x)
        return total.sum(1)
