"""Experiments on an `Optimizer`: what happens to parameters, gradients and recording.

Every probe that steps switches recording on for itself, so that an implementation
which leaves it off in one probe doesn't spoil the next. Beside every fact it returns the values
that the same step made, gives the optimizer copies of its lists, and asks torch rather than
objects: so a fact costs an implementation what it would cost to earn it.
"""

import contextlib
import io
import weakref

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode

from autograder.probing import Operations, raised, snapshot, tensor_attribute

# Bound before the submission is read: a name in torch's modules or in a subclass may say anything.
_recording = torch.is_grad_enabled
_record = torch._C._set_grad_enabled  # noqa: SLF001 - the public one is a class
_gradient = tensor_attribute("grad")
_address = torch.Tensor.data_ptr
_is_leaf = tensor_attribute("is_leaf").__get__
_grad_fn = tensor_attribute("grad_fn").__get__
_requires_grad = tensor_attribute("requires_grad").__get__


def _parameters(values, gradients):
    """Make one parameter from each value and give it its gradient, or None."""
    parameters = [nn.Parameter(value.clone()) for value in values]
    _give(parameters, gradients)
    return parameters


def _give(parameters, gradients):
    for p, gradient in zip(parameters, gradients, strict=True):
        _gradient.__set__(p, None if gradient is None else gradient.clone())


def _gradients(parameters):
    found = (_gradient.__get__(p) for p in parameters)
    return [None if gradient is None else snapshot(gradient) for gradient in found]


def _values(parameters):
    return [snapshot(p) for p in parameters]


@torch.enable_grad()
def first_step(impl, value, grad, lr):
    """Step one parameter; return it, and whether the optimizer still lists it.

    The second fact tells a parameter that was replaced from one that was left alone.
    """
    (p,) = parameters = _parameters([value], [None])
    optimizer = impl.Optimizer(list(parameters), lr)
    _give(parameters, [grad])
    optimizer.step()
    listed = getattr(optimizer, "params", None)
    is_listed = isinstance(listed, list) and any(q is p for q in listed)
    return {"parameter": snapshot(p), "is listed": is_listed}


@torch.enable_grad()
def way_down_a_bowl(impl, bowl):
    """Return where a parameter stands before and after each of twelve steps down a bowl."""
    (p,) = parameters = _parameters([torch.tensor([2.0, 1.0])], [None])
    optimizer = impl.Optimizer(list(parameters), 0.25)
    points = [snapshot(p)]
    for _ in range(12):
        _give(parameters, [points[-1] * torch.tensor(bowl)])
        optimizer.step()
        points.append(snapshot(p))
    return torch.stack(points)


@torch.enable_grad()
def trajectory(impl, params, stream, lr):
    """Return the parameters after steps 1, 2, 3, 10, 20, …; stream[t][i] belongs to params[i]."""
    parameters = _parameters(params, [None] * len(params))
    optimizer = impl.Optimizer(list(parameters), lr)
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
    optimizer = impl.Optimizer(list(parameters), rates[0])
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
    before = [_gradient.__get__(p) for p in parameters]
    impl.Optimizer(list(parameters), lr).step()
    after = [_gradient.__get__(p) for p in parameters]
    return {
        "gradients": after,
        "same": [new is old for new, old in zip(after, before, strict=True)],
        "parameters": _values(parameters),
    }


@torch.enable_grad()
def step_inside_a_buffer(impl, buffer, rows, grad, lr):
    """Step a parameter that is a window of *buffer*; return the buffer and whether p moved."""
    buffer = buffer.clone()
    p = nn.Parameter(buffer[rows[0] : rows[1]])
    p.grad = grad.clone()
    address = _address(p)
    impl.Optimizer([p], lr).step()
    return {"buffer": buffer, "parameter": snapshot(p), "moved": _address(p) != address}


@torch.enable_grad()
def step_transposed(impl, value, grad, lr):
    """Step a parameter that is the transpose of *value*."""
    p = nn.Parameter(value.clone().t())
    p.grad = grad.clone()
    impl.Optimizer([p], lr).step()
    return snapshot(p)


@torch.enable_grad()
def autograd_facts(impl, params, grads, lr):
    """Return what autograd thinks of the parameters after a step."""
    parameters = _parameters(params, grads)
    impl.Optimizer(list(parameters), lr).step()
    facts = [
        {
            "requires_grad": _requires_grad(p),
            "is_leaf": _is_leaf(p),
            "has a grad_fn": _grad_fn(p) is not None,
        }
        for p in parameters
    ]
    return {"facts": facts, "parameters": _values(parameters)}


def recording_around_step(impl, params, grads, lr):
    """Step with recording on and off; return the parameters and whether it is on afterwards."""
    seen = {}
    for name, is_on in (("on", True), ("off", False)):
        parameters = _parameters(params, grads)
        optimizer = impl.Optimizer(list(parameters), lr)
        try:
            _record(is_on)
            optimizer.step()
            after = _recording()
        finally:
            _record(True)
        seen[name] = {"after": after, "parameters": _values(parameters)}
    return seen


def recording_after_a_failed_step(impl, params, grads, lr):
    """Return what a step makes, and whether recording is on after one that fails half-way."""
    parameters = _parameters(params, grads)
    optimizer = impl.Optimizer(list(parameters), lr)
    seen = {}
    _record(True)
    optimizer.step()
    seen["parameters"] = _values(parameters)
    # Arithmetic with a string fails in the middle of any update.
    optimizer.lr = "not a number"
    _record(True)
    raised(optimizer.step)
    seen["after a failed step"] = _recording()
    _record(True)
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
    for optimizer in [impl.Optimizer(list(shared), lr) for lr in rates]:
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
    """Return how many more tensors are alive after *steps* further steps.

    Beside it stands what each step made of the first parameter.
    """
    with _Births() as births:
        parameters = _parameters(params, grads)
        optimizer = impl.Optimizer(list(parameters), lr)
        counts, seen = [], []
        for _ in range(2):
            for _ in range(steps):
                _give(parameters, grads)
                optimizer.step()
                seen.append(parameters[0].tolist())  # numbers: no tensor of ours is to be counted
            counts.append(births.alive())
    return {"more": counts[1] - counts[0], "steps": seen}


@torch.enable_grad()
def what_step_says(impl, params, grads, lr):
    """Return the type of what a step returns, and whether it prints."""
    parameters = _parameters(params, grads)
    optimizer = impl.Optimizer(list(parameters), lr)
    with contextlib.redirect_stdout(io.StringIO()) as page:
        returned = optimizer.step()
    print(page.getvalue(), end="")  # what was printed stands in the feedback, check by check
    return {
        "returned": None if returned is None else type(returned).__name__,
        "printed": bool(page.getvalue()),
        "parameters": _values(parameters),
    }


@torch.enable_grad()
def work_of_step(impl, params, grads, lr):
    """Return how many operations one step runs, how many elements they write, and what it makes.

    Making the optimizer is counted, too, or a step could be made there.
    """
    parameters = _parameters(params, grads)
    with Operations() as work:
        impl.Optimizer(list(parameters), lr).step()
    return {**work.summary(), "parameters": _values(parameters)}


@torch.enable_grad()
def many_steps(impl, value, gradients, lr, steps):
    """Return a parameter after many first steps; each takes the next of *gradients*, in a circle."""
    (p,) = parameters = _parameters([value], [None])
    for t in range(steps):
        optimizer = impl.Optimizer(list(parameters), lr)
        _give(parameters, [gradients[t % len(gradients)]])
        optimizer.step()
    return snapshot(p)


@torch.enable_grad()
def work_of_zero_grad(impl, params, grads):
    """Return how many operations one zero_grad runs, and the gradients that it leaves."""
    parameters = _parameters(params, [None] * len(params))
    optimizer = impl.Optimizer(list(parameters), 0.1)
    _give(parameters, grads)
    with Operations() as work:
        optimizer.zero_grad()
    return {**work.summary(), "gradients": _gradients(parameters)}


@torch.enable_grad()
def many_clearings(impl, gradient, times):
    """Return the gradient after many calls of zero_grad, each of which finds one that is there."""
    parameters = _parameters([gradient], [None])
    for _ in range(times):
        optimizer = impl.Optimizer(list(parameters), 0.1)
        _give(parameters, [gradient])
        optimizer.zero_grad()
    return _gradients(parameters)


@torch.enable_grad()
def clear(impl, params, grads):
    """Return gradients and parameters after zero_grad."""
    parameters = _parameters(params, grads)
    impl.Optimizer(list(parameters), 0.1).zero_grad()
    return {"gradients": _gradients(parameters), "parameters": _values(parameters)}


@torch.enable_grad()
def clear_again_and_again(impl, params, stream):
    """Return the gradients after every zero_grad of an optimizer made from a generator."""
    parameters = _parameters(params, [None] * len(params))
    optimizer = impl.Optimizer((p for p in parameters), 0.1)
    seen = []
    for gradients in stream:
        _give(parameters, gradients)
        optimizer.zero_grad()
        seen.append(_gradients(parameters))
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
        seen[f"round {t}"] = _gradients([weight])[0]
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
    return snapshot(p)


@torch.enable_grad()
def step_when_frozen(impl, value, grad, lr):
    """Step a parameter that was frozen after it had got its gradient."""
    p = nn.Parameter(value.clone())
    p.grad = grad.clone()
    p.requires_grad_(False)
    impl.Optimizer([p], lr).step()
    return snapshot(p)


@torch.enable_grad()
def steps(impl, repeats, seed, tensors, side, device="cpu"):
    """Time *repeats* steps over *tensors* square parameters, each step with gradients of its own."""
    generator = torch.Generator().manual_seed(seed)
    size = tensors * side * side
    # One buffer behind all gradients: giving every parameter its next one is a single copy.
    buffer = torch.empty(size, device=device)
    stream = torch.randn(16, size, generator=generator).to(device)
    values = torch.randn(tensors, side, side, generator=generator).to(device)
    parameters = [nn.Parameter(value) for value in values.unbind()]
    for p, gradient in zip(parameters, buffer.view(tensors, side, side).unbind(), strict=True):
        p.grad = gradient
    optimizer = impl.Optimizer(parameters, 0.1)
    yield
    for t in range(repeats):
        buffer.copy_(stream[t % 16])
        optimizer.step()
    return torch.stack([snapshot(p) for p in parameters])
