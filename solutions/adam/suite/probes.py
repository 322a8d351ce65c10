"""Experiments on `Adam` and `AdamW`: parameters, state and gradients, step by step.

*name* says which of the two classes a probe looks at. Every probe that steps switches
recording on for itself, so that an implementation which leaves it off in one probe
doesn't spoil the next.
"""

import contextlib
import copy
import io
import weakref

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.utils._python_dispatch import TorchDispatchMode

from autograder.probing import Operations


def _parameters(values):
    return [nn.Parameter(value.clone()) for value in values]


def _give(parameters, gradients):
    for p, gradient in zip(parameters, gradients, strict=True):
        p.grad = None if gradient is None else gradient.clone()


def _values(parameters):
    return [p.detach().clone() for p in parameters]


@torch.enable_grad()
def trajectory(impl, name, params, stream, hyper):
    """Return the parameters after steps 1, 2, 3, 10, 20, …; stream[t][i] belongs to params[i]."""
    parameters = _parameters(params)
    optimizer = getattr(impl, name)(list(parameters), **hyper)
    seen = {}
    for t, gradients in enumerate(stream, start=1):
        _give(parameters, gradients)
        optimizer.step()
        if t <= 3 or t % 10 == 0:
            seen[f"after step {t}"] = _values(parameters)
    return seen


class _Made(TorchDispatchMode):
    """Count the tensors of one shape that operations return."""

    def __init__(self, shape):
        super().__init__()
        self.shape, self.count = shape, 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        result = func(*args, **(kwargs or {}))
        self.count += getattr(result, "shape", None) == self.shape
        return result


@torch.enable_grad()
def first_steps(impl, name, value, gradients, hyper):
    """Return one parameter after each step; none of the later steps need be right.

    How many tensors of its shape were made tells an update that went astray from none.
    """
    (p,) = parameters = _parameters([value])
    optimizer = getattr(impl, name)(list(parameters), **hyper)
    seen = {}
    for t, gradient in enumerate(gradients, start=1):
        p.grad = gradient.clone()
        with _Made(value.shape) as made:
            optimizer.step()
        seen[f"after step {t}"] = p.detach().clone()
        seen[f"made in step {t}"] = made.count
    return seen


@torch.enable_grad()
def changing_rate(impl, name, params, stream, rates, hyper):
    """Return the parameters after every step; step t is made with lr = rates[t]."""
    parameters = _parameters(params)
    optimizer = getattr(impl, name)(list(parameters), lr=rates[0], **hyper)
    seen = {}
    for t, (gradients, rate) in enumerate(zip(stream, rates, strict=True), start=1):
        _give(parameters, gradients)
        optimizer.lr = rate
        optimizer.step()
        seen[f"after step {t}"] = _values(parameters)
    return seen


@torch.enable_grad()
def gradients_after_step(impl, name, params, grads, hyper):
    """Return gradients and parameters after a step, and whether gradients are the same tensors."""
    parameters = _parameters(params)
    optimizer = getattr(impl, name)(list(parameters), **hyper)
    _give(parameters, grads)
    before = [p.grad for p in parameters]
    optimizer.step()
    return {
        "parameters": _values(parameters),
        "gradients": [p.grad for p in parameters],
        "same": [p.grad is old for p, old in zip(parameters, before, strict=True)],
    }


@torch.enable_grad()
def step_inside_a_buffer(impl, name, buffer, rows, grad, hyper):
    """Step a parameter that is a window of *buffer*; return both, and what autograd thinks."""
    buffer = buffer.clone()
    p = nn.Parameter(buffer[rows[0] : rows[1]])
    optimizer = getattr(impl, name)([p], **hyper)
    p.grad = grad.clone()
    address = p.data_ptr()
    optimizer.step()
    return {
        "buffer": buffer,
        "parameter": p.detach(),
        "moved": p.data_ptr() != address,
        "is a leaf": p.is_leaf and p.requires_grad,
    }


@torch.enable_grad()
def step_transposed(impl, name, value, grad, hyper):
    """Step a parameter that is the transpose of *value*."""
    p = nn.Parameter(value.clone().t())
    optimizer = getattr(impl, name)([p], **hyper)
    p.grad = grad.clone()
    optimizer.step()
    return p.detach()


def recording_around_step(impl, name, params, grads, hyper):
    """Step with recording on and off; return the parameters and whether it is on afterwards."""
    seen = {}
    for word, is_on in (("on", True), ("off", False)):
        parameters = _parameters(params)
        optimizer = getattr(impl, name)(list(parameters), **hyper)
        _give(parameters, grads)
        with torch.set_grad_enabled(is_on):
            optimizer.step()
            seen[word] = {"after": torch.is_grad_enabled(), "parameters": _values(parameters)}
    return seen


@torch.enable_grad()
def two_optimizers(impl, name, params, stream, hyper):
    """Step two optimizers in turn that own one parameter each; return the parameters."""
    parameters = _parameters(params)
    pair = [getattr(impl, name)([p], **hyper) for p in parameters]
    for gradients in stream:
        for optimizer, p, gradient in zip(pair, parameters, gradients, strict=True):
            p.grad = gradient.clone()
            optimizer.step()
    return _values(parameters)


def _saved(optimizer, parameters):
    """Return copies of the state of every parameter, as if from a file; None where there is none."""
    return [
        {key: copy.deepcopy(value) for key, value in optimizer.state[p].items()}
        if p in optimizer.state
        else None
        for p in parameters
    ]


@torch.enable_grad()
def resumed(impl, name, params, stream, stop, hyper):
    """Go *stop* steps, put a copy of all state into another optimizer, and go on with that."""
    parameters = _parameters(params)
    optimizer = getattr(impl, name)(list(parameters), **hyper)
    for gradients in stream[:stop]:
        _give(parameters, gradients)
        optimizer.step()
    others = _parameters(_values(parameters))
    other = getattr(impl, name)(list(others), **hyper)
    for p, state in zip(others, _saved(optimizer, parameters), strict=True):
        if state is not None:
            other.state[p] = state
    for gradients in stream[stop:]:
        _give(others, gradients)
        other.step()
    return _values(others)


@torch.enable_grad()
def states(impl, name, params, stream, hyper):
    """Return the state of every parameter after all steps, its counter as a number."""
    parameters = _parameters(params)
    optimizer = getattr(impl, name)(list(parameters), **hyper)
    for gradients in stream:
        _give(parameters, gradients)
        optimizer.step()
    found = _saved(optimizer, parameters)
    for state in found:
        if isinstance(state, dict) and isinstance(state.get("step"), int | float | Tensor):
            state["step"] = float(state["step"])
    return found


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
def tensors_kept(impl, name, params, grads, steps, hyper):
    """Return how many more tensors are alive after *steps* further steps."""
    with _Births() as births:
        parameters = _parameters(params)
        optimizer = getattr(impl, name)(list(parameters), **hyper)
        counts = []
        for _ in range(2):
            for _ in range(steps):
                _give(parameters, grads)
                optimizer.step()
            counts.append(births.alive())
    return counts[1] - counts[0]


@torch.enable_grad()
def what_step_says(impl, name, params, grads, hyper):
    """Return the type of what a step returns, and whether it prints."""
    parameters = _parameters(params)
    optimizer = getattr(impl, name)(list(parameters), **hyper)
    _give(parameters, grads)
    with contextlib.redirect_stdout(io.StringIO()) as page:
        returned = optimizer.step()
    print(page.getvalue(), end="")  # what was printed stands in the feedback, check by check
    return {"returned": type(returned).__name__, "printed": bool(page.getvalue())}


class _Work(Operations):
    """Operations that also count reads, but for those of a step counter in *state*."""

    def __init__(self, state):
        super().__init__()
        self.state, self.reads = state, 0

    def _counters(self):
        found = [kept.get("step") for kept in self.state.values() if isinstance(kept, dict)]
        return [step.data_ptr() for step in found if isinstance(step, Tensor)]

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        if func.overloadpacket.__name__ == "_local_scalar_dense":
            self.reads += args[0].data_ptr() not in self._counters()
        return super().__torch_dispatch__(func, types, args, kwargs)


@torch.enable_grad()
def work_of_step(impl, name, params, grads, hyper):
    """Return how many operations the third step runs, and how many elements they write."""
    parameters = _parameters(params)
    optimizer = getattr(impl, name)(list(parameters), **hyper)
    for _ in range(2):
        _give(parameters, grads)
        optimizer.step()
    _give(parameters, grads)
    with _Work(optimizer.state) as work:
        optimizer.step()
    return {**work.summary(), "reads": work.reads, "parameters": _values(parameters)}


@torch.enable_grad()
def error_at_a_sparse_gradient(impl, name, weight, rows, values, hyper):
    """Step with a dense gradient, then with a sparse one; return the exception of the second."""
    p = nn.Parameter(weight.clone())
    optimizer = getattr(impl, name)([p], **hyper)
    p.grad = torch.zeros_like(p)
    optimizer.step()
    p.grad = torch.sparse_coo_tensor(
        rows[None], values.clone(), weight.shape, check_invariants=True
    )
    try:
        optimizer.step()
    except Exception as error:  # noqa: BLE001 - torch's own may be a NotImplementedError
        return {"raised": type(error).__name__, "says sparse": "sparse" in str(error).lower()}
    return {"raised": None, "says sparse": False}


@torch.enable_grad()
def train(impl, name, data, weights, steps, hyper):
    """Train a small classifier; return its parameters after every tenth step.

    Of *weights*, the first is used twice (a tied weight); the third is a frozen bias, and
    the fourth is never used.
    """
    x, y = data
    parameters = _parameters(weights)
    table, mixing, bias, _ = parameters
    bias.requires_grad_(False)
    optimizer = getattr(impl, name)((p for p in parameters), **hyper)
    seen = {}
    for t in range(1, steps + 1):
        hidden = (x @ table @ mixing).tanh()
        loss = cross_entropy(hidden @ table.t() + bias, y)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        if t % 10 == 0:
            seen[f"after step {t}"] = _values(parameters)
    return seen


@torch.enable_grad()
def steps(impl, repeats, seed, layers, width):
    """Time *repeats* steps over the parameters of *layers* square layers with biases.

    Each step has gradients of its own, a window of one buffer of noise.
    """
    generator = torch.Generator().manual_seed(seed)
    shapes = [(width, width), (width,)] * layers
    sizes = [width * width, width] * layers
    noise = torch.randn(sum(sizes) + 4096, generator=generator)
    values = torch.randn(sum(sizes), generator=generator).split(sizes)
    parameters = [nn.Parameter(v.view(s).clone()) for v, s in zip(values, shapes, strict=True)]
    buffer = torch.empty(sum(sizes))
    optimizer = impl.Adam(list(parameters), lr=0.01)
    for p, gradient in zip(parameters, buffer.split(sizes), strict=True):
        p.grad = gradient.view(p.shape)
    yield
    for t in range(repeats):
        start = 97 * t % 4096
        buffer.copy_(noise[start : start + len(buffer)])
        optimizer.step()
    return torch.stack([p.detach().mean() for p in parameters] + list(parameters[-1].detach()))
