"""Experiments on an `Optimizer`: what happens to parameters, gradients and recording.

Every probe that steps switches recording on for itself, so that an implementation
which leaves it off in one probe doesn't spoil the next.
"""

import contextlib
import io
import weakref

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode

from autograder.probing import Operations, raised


def _parameters(values, gradients):
    """Make one parameter from each value and give it its gradient, or None."""
    parameters = [nn.Parameter(value.clone()) for value in values]
    _give(parameters, gradients)
    return parameters


def _give(parameters, gradients):
    for p, gradient in zip(parameters, gradients, strict=True):
        p.grad = None if gradient is None else gradient.clone()


def _values(parameters):
    return [p.detach().clone() for p in parameters]


@torch.enable_grad()
def first_step(impl, value, grad, lr):
    """Step one parameter; return it, and whether the optimizer still lists it.

    The second fact tells a parameter that was replaced from one that was left alone.
    """
    (p,) = parameters = _parameters([value], [grad])
    optimizer = impl.Optimizer(parameters, lr)
    optimizer.step()
    listed = getattr(optimizer, "params", None)
    is_listed = isinstance(listed, list) and any(q is p for q in listed)
    return {"parameter": p.detach(), "is listed": is_listed}


@torch.enable_grad()
def trajectory(impl, params, stream, lr):
    """Return the parameters after steps 1, 2, 3, 10, 20, …; stream[t][i] belongs to params[i]."""
    parameters = _parameters(params, [None] * len(params))
    optimizer = impl.Optimizer(parameters, lr)
    seen = {}
    for t, gradients in enumerate(stream, start=1):
        _give(parameters, gradients)
        optimizer.step()
        if t <= 3 or t % 10 == 0:
            seen[f"after step {t}"] = _values(parameters)
    return seen


@torch.enable_grad()
def changing_rate(impl, params, stream, rates):
    """Return the parameters after every step; step t is made with lr = rates[t]."""
    parameters = _parameters(params, [None] * len(params))
    optimizer = impl.Optimizer(parameters, rates[0])
    seen = {}
    for t, (gradients, rate) in enumerate(zip(stream, rates, strict=True), start=1):
        _give(parameters, gradients)
        optimizer.lr = rate
        optimizer.step()
        seen[f"after step {t}"] = _values(parameters)
    return seen


@torch.enable_grad()
def gradients_after_step(impl, params, grads, lr):
    """Return every gradient after a step, and whether it is still the same tensor."""
    parameters = _parameters(params, grads)
    before = [p.grad for p in parameters]
    impl.Optimizer(parameters, lr).step()
    return {
        "gradients": [p.grad for p in parameters],
        "same": [p.grad is old for p, old in zip(parameters, before, strict=True)],
    }


@torch.enable_grad()
def step_inside_a_buffer(impl, buffer, rows, grad, lr):
    """Step a parameter that is a window of *buffer*; return the buffer and whether p moved."""
    buffer = buffer.clone()
    p = nn.Parameter(buffer[rows[0] : rows[1]])
    p.grad = grad.clone()
    address = p.data_ptr()
    impl.Optimizer([p], lr).step()
    return {"buffer": buffer, "parameter": p.detach(), "moved": p.data_ptr() != address}


@torch.enable_grad()
def step_transposed(impl, value, grad, lr):
    """Step a parameter that is the transpose of *value*."""
    p = nn.Parameter(value.clone().t())
    p.grad = grad.clone()
    impl.Optimizer([p], lr).step()
    return p.detach()


@torch.enable_grad()
def autograd_facts(impl, params, grads, lr):
    """Return what autograd thinks of the parameters after a step."""
    parameters = _parameters(params, grads)
    impl.Optimizer(parameters, lr).step()
    return [
        {
            "requires_grad": p.requires_grad,
            "is_leaf": p.is_leaf,
            "has a grad_fn": p.grad_fn is not None,
        }
        for p in parameters
    ]


def recording_around_step(impl, params, grads, lr):
    """Step with recording on and off; return the parameters and whether it is on afterwards."""
    seen = {}
    for name, is_on in (("on", True), ("off", False)):
        parameters = _parameters(params, grads)
        optimizer = impl.Optimizer(parameters, lr)
        with torch.set_grad_enabled(is_on):
            optimizer.step()
            seen[name] = {"after": torch.is_grad_enabled(), "parameters": _values(parameters)}
    return seen


def recording_after_a_failed_step(impl, params, grads):
    """Return whether recording is on after a step, and after one that fails half-way."""
    parameters = _parameters(params, grads)
    optimizer = impl.Optimizer(parameters, 0.1)
    seen = {}
    with torch.enable_grad():
        optimizer.step()
        seen["after a step"] = torch.is_grad_enabled()
    # Arithmetic with a string fails in the middle of any update.
    optimizer.lr = "not a number"
    with torch.enable_grad():
        raised(optimizer.step)
        seen["after a failed step"] = torch.is_grad_enabled()
    return seen


@torch.enable_grad()
def steps_from_iterables(impl, params, stream, lr):
    """Return the parameters after all steps, for several kinds of iterable."""
    kinds = {
        "a generator": lambda ps: (p for p in ps),
        "a filter": lambda ps: filter(lambda p: p.requires_grad, ps),
        "dict.values()": lambda ps: {f"p{i}": p for i, p in enumerate(ps)}.values(),
        "a tuple": tuple,
    }
    seen = {}
    for kind, make in kinds.items():
        parameters = _parameters(params, [None] * len(params))
        optimizer = impl.Optimizer(make(parameters), lr)
        for gradients in stream:
            _give(parameters, gradients)
            optimizer.step()
        seen[kind] = _values(parameters)
    return seen


@torch.enable_grad()
def two_optimizers(impl, params, grads, rates):
    """Step two optimizers that own one parameter each, then two that share one."""
    seen = {}
    parameters = _parameters(params, grads)
    pair = [impl.Optimizer([p], lr) for p, lr in zip(parameters, rates, strict=True)]
    pair[0].step()
    seen["after the first one's step"] = _values(parameters)
    pair[1].step()
    seen["after the second one's step"] = _values(parameters)

    shared = _parameters(params[:1], grads[:1])
    for optimizer in [impl.Optimizer(shared, lr) for lr in rates]:
        _give(shared, grads[:1])
        optimizer.step()
    seen["after one step of each on a shared parameter"] = _values(shared)
    return seen


class _Births(TorchDispatchMode):
    """Remember, without keeping it alive, every tensor that an operation returns."""

    def __init__(self):
        super().__init__()
        self.references = []

    def alive(self):
        tensors = (reference() for reference in self.references)
        return len({id(tensor) for tensor in tensors if tensor is not None})

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        result = func(*args, **(kwargs or {}))
        outputs = result if isinstance(result, list | tuple) else (result,)
        self.references += [weakref.ref(out) for out in outputs if isinstance(out, Tensor)]
        return result


@torch.enable_grad()
def tensors_kept(impl, params, grads, lr, steps):
    """Return how many more tensors are alive after *steps* further steps."""
    with _Births() as births:
        parameters = _parameters(params, grads)
        optimizer = impl.Optimizer(parameters, lr)
        counts = []
        for _ in range(2):
            for _ in range(steps):
                _give(parameters, grads)
                optimizer.step()
            counts.append(births.alive())
    return counts[1] - counts[0]


@torch.enable_grad()
def what_step_says(impl, params, grads, lr):
    """Return the type of what a step returns, and whether it prints."""
    optimizer = impl.Optimizer(_parameters(params, grads), lr)
    with contextlib.redirect_stdout(io.StringIO()) as page:
        returned = optimizer.step()
    print(page.getvalue(), end="")  # what was printed stands in the feedback, check by check
    return {"returned": type(returned).__name__, "printed": bool(page.getvalue())}


@torch.enable_grad()
def work_of_step(impl, params, grads, lr):
    """Return how many operations one step runs and how many elements they write."""
    optimizer = impl.Optimizer(_parameters(params, grads), lr)
    with Operations() as work:
        optimizer.step()
    return work.summary()


@torch.enable_grad()
def work_of_zero_grad(impl, params, grads):
    """Return how many operations one zero_grad runs."""
    optimizer = impl.Optimizer(_parameters(params, grads), 0.1)
    with Operations() as work:
        optimizer.zero_grad()
    return work.summary()


@torch.enable_grad()
def clear(impl, params, grads):
    """Return gradients and parameters after zero_grad."""
    parameters = _parameters(params, grads)
    impl.Optimizer(parameters, 0.1).zero_grad()
    return {"gradients": [p.grad for p in parameters], "parameters": _values(parameters)}


@torch.enable_grad()
def clear_again_and_again(impl, params, stream):
    """Return the gradients after every zero_grad of an optimizer made from a generator."""
    parameters = _parameters(params, [None] * len(params))
    optimizer = impl.Optimizer((p for p in parameters), 0.1)
    seen = []
    for gradients in stream:
        _give(parameters, gradients)
        optimizer.zero_grad()
        seen.append([None if p.grad is None else p.grad.clone() for p in parameters])
    return seen


@torch.enable_grad()
def gradients_of_rounds(impl, weight, inputs):
    """Return the gradient of every round of backward and zero_grad.

    Round t computes sum(weight * inputs[t]), so its own gradient is inputs[t].
    """
    weight = nn.Parameter(weight.clone())
    optimizer = impl.Optimizer([weight], 0.1)
    seen = {}
    for t, x in enumerate(inputs, start=1):
        (weight * x).sum().backward()
        seen[f"round {t}"] = weight.grad.clone()
        optimizer.zero_grad()
    return seen


@torch.enable_grad()
def train(impl, data, weights, lr, steps):
    """Train a small network; return its parameters after every tenth step.

    Of *weights*, the first is used twice (a tied weight), the second once; the third is
    a frozen bias, and the fourth is never used.
    """
    x, y = data
    parameters = _parameters(weights, [None] * len(weights))
    table, mixing, bias, _ = parameters
    bias.requires_grad_(False)
    optimizer = impl.Optimizer((p for p in parameters), lr)
    seen = {}
    for t in range(1, steps + 1):
        hidden = torch.tanh(x @ table @ mixing + bias)
        loss = (hidden @ table.t() - y).square().mean()
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        if t % 10 == 0:
            seen[f"after step {t}"] = _values(parameters)
    return seen


@torch.enable_grad()
def step_with_a_sparse_gradient(impl, weight, rows, values, lr):
    """Step a table whose gradient has *values* in *rows* and nothing elsewhere."""
    p = nn.Parameter(weight.clone())
    p.grad = torch.sparse_coo_tensor(rows[None], values, p.shape, check_invariants=False)
    impl.Optimizer([p], lr).step()
    return p.detach()


@torch.enable_grad()
def step_when_frozen(impl, value, grad, lr):
    """Step a parameter that was frozen after it had got its gradient."""
    p = nn.Parameter(value.clone())
    p.grad = grad.clone()
    p.requires_grad_(False)
    impl.Optimizer([p], lr).step()
    return p.detach()
