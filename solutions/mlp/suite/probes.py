"""Experiments on `impl.MLP`.

Each begins from given weights under the names `l1.weight`, `l1.bias`, `l2.weight`
and `l2.bias`, so that two implementations can be compared.
"""

import contextlib
import copy
import io
from collections import Counter

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn import functional as F

from autograder.probing import Operations, raised, tensor_attribute

# Bound before the submission is read: a subclass of Tensor may say anything.
_version = tensor_attribute("_version").__get__
_requires_grad = tensor_attribute("requires_grad").__get__


def _sizes(weights):
    n_hidden, n_in = weights["l1.weight"].shape
    return n_in, n_hidden, len(weights["l2.bias"])


def _model(impl, weights):
    model = impl.MLP(*_sizes(weights)).to(weights["l1.weight"])  # its dtype and its device
    # Not strict: which parameters are registered is an observation of its own.
    model.load_state_dict(weights, strict=False)
    return model


def describe(impl, weights, x):
    """Return the type of the output and, if it is a tensor, its shape."""
    output = _model(impl, weights)(x)
    shape = tuple(output.shape) if isinstance(output, Tensor) else None
    return {"type": type(output).__name__, "shape": shape}


def outputs(impl, weights, inputs):
    """Return what one model makes of each of *inputs*, in turn."""
    model = _model(impl, weights)
    return [model(x) for x in inputs]


def strided_outputs(impl, weights, x):
    """Return the outputs for inputs that are no plain block of memory."""
    model = _model(impl, weights)
    inputs = {
        "a transposed input": x.t().contiguous().t(),
        "an input with its first two dimensions swapped": x.view(5, 10, -1).transpose(0, 1),
        "every other column of a wider input": x.repeat_interleave(2, dim=-1)[..., ::2],
        "one row expanded to 50": x[:1].expand(50, -1),
    }
    return {name: model(value) for name, value in inputs.items()}


def registered(impl, weights, x):
    """Return name and shape of every parameter after one call."""
    model = _model(impl, weights)
    model(x)
    return {name: tuple(p.shape) for name, p in model.named_parameters()}


def input_after_call(impl, weights, x):
    """Return the output, the input as it is after the call, and how it was touched."""
    version = _version(x)  # the only trace of a write that left the values alone
    output = _model(impl, weights)(x)
    return {
        "output": output,
        "values": x,
        "writes": _version(x) - version,
        "requires_grad": _requires_grad(x),
    }


def history(impl, weights, x):
    """Return the output, and whether backward could start from it."""
    output = _model(impl, weights)(x)
    return {"output": output, "requires_grad": _requires_grad(output)}


def gradients(impl, weights, x, labels):
    """Return the gradient of the loss for every parameter and for the input."""
    model = _model(impl, weights)
    x.requires_grad_()
    F.cross_entropy(model(x), labels).backward()
    return {name: p.grad for name, p in model.named_parameters()} | {"x": x.grad}


def train(impl, weights, x, labels):
    """Take twenty steps on one batch; return the loss before each, and the parameters at the end."""
    model = _model(impl, weights)
    losses = []
    for _ in range(20):
        model.zero_grad()
        loss = F.cross_entropy(model(x), labels)
        loss.backward()
        losses.append(loss.item())
        with torch.no_grad():
            for parameter in model.parameters():
                if parameter.grad is not None:
                    parameter.sub_(0.5 * parameter.grad)
    return {"losses": losses, "parameters": dict(model.named_parameters())}


def hooks(impl, weights, x):
    """Return how often a forward hook on the model and on each layer fires in one call.

    Beside it stands the output of that call.
    """
    model = _model(impl, weights)
    fired = Counter()
    watched = {"model": model, "l1": model.l1, "relu": model.relu, "l2": model.l2}
    for name, module in watched.items():
        module.register_forward_hook(lambda *_, name=name: fired.update([name]))
    output = model(x)
    return {"output": output, "fired": {name: fired[name] for name in watched}}


def replaced(impl, weights, other, x):
    """Return the outputs after `relu` became a Tanh, and after `l2` took the weights *other*."""
    smooth = _model(impl, weights)
    smooth.relu = nn.Tanh()
    headed = _model(impl, weights)
    headed.l2 = _model(impl, other).l2
    return {"relu": smooth(x), "l2": headed(x)}


def copies(impl, weights, other, x):
    """Return the outputs of a used model, of its copies, and of the copy with weights *other*."""
    model = _model(impl, weights)
    model(x)
    twin = copy.deepcopy(model)
    restored = _model(impl, other)
    restored.load_state_dict(model.state_dict())
    seen = {"deepcopy": twin(x), "restored": restored(x)}
    twin.load_state_dict(other, strict=False)
    return seen | {"changed": twin(x), "original": model(x)}


def functional(impl, weights, other, x):
    """Return the output with *other* passed in for one call, which is not the model's first."""
    model = _model(impl, weights)
    model(x)
    # The output after it is not observed: where one layer hangs in a model twice,
    # torch itself does not put the old weights back.
    return functional_call(model, other, (x,))


def without_gradients(impl, weights, x):
    """Return the output under `torch.no_grad()`, and whether it has a history."""
    with torch.no_grad():
        output = _model(impl, weights)(x)
    return {"output": output, "requires_grad": output.requires_grad}


def evaluated(impl, weights, x):
    """Return the output in evaluation mode."""
    return _model(impl, weights).eval()(x)


def refusal(impl, weights, x):
    """Return the name of the exception that *x* twice as wide raises, or None; and the output."""
    model = _model(impl, weights)
    return {"error": raised(model, torch.cat([x, x], -1)), "output": model(x)}


def printed(impl, weights, x):
    """Return the output, and whether the model writes to standard output, and let it pass."""
    model = _model(impl, weights)
    with contextlib.redirect_stdout(io.StringIO()) as page:
        output = model(x)
    print(page.getvalue(), end="")  # what was printed stands in the feedback, check by check
    return {"output": output, "printed": bool(page.getvalue())}


def operations(impl, weights, inputs):
    """Return the outputs for *inputs*, and how many torch operations each took."""
    model = _model(impl, weights)
    found = []
    for x in inputs:
        with Operations() as seen:
            output = model(x)
        found.append({"output": output, "calls": seen.total})
    return found


def forward_passes(impl, repeats, seed, sizes, rows, device="cpu"):
    """Time *repeats* forward passes without gradients, each on a batch of its own."""
    n_in, n_hidden, n_out = sizes
    generator = torch.Generator().manual_seed(seed)
    shapes = {
        "l1.weight": (n_hidden, n_in),
        "l1.bias": (n_hidden,),
        "l2.weight": (n_out, n_hidden),
        "l2.bias": (n_out,),
    }
    drawn = {name: torch.rand(shape, generator=generator) for name, shape in shapes.items()}
    model = _model(impl, {name: weight.to(device) for name, weight in drawn.items()})
    # Windows of one buffer: each batch is new, and none has to be drawn by itself.
    buffer = torch.randn(rows * n_in + 4 * repeats, generator=generator).to(device)
    batches = [buffer[4 * t :][: rows * n_in].view(rows, n_in) for t in range(repeats)]
    yield
    with torch.no_grad():
        outputs = [model(x) for x in batches]
        return torch.stack(outputs).sum(0)
