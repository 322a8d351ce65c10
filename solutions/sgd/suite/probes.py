"""Experiments on an `SGD`: trajectories, groups, state, and what is left alone.

Every probe that steps switches recording on for itself, so that an implementation
which leaves it off in one probe doesn't spoil the next.
"""

import copy
import weakref

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode

from autograder.probing import Operations, raised

_grad_of = torch._C.TensorBase.grad.__get__  # noqa: SLF001 - as torch answers, whatever a subclass says


def _parameters(values):
    return [nn.Parameter(value.clone()) for value in values]


def _give(parameters, gradients):
    for p, gradient in zip(parameters, gradients, strict=True):
        p.grad = None if gradient is None else gradient.clone()


def _values(parameters):
    return [p.detach().clone() for p in parameters]


def _buffer_of(optimizer, p):
    entry = optimizer.state.get(p)
    return entry.get("momentum_buffer") if isinstance(entry, dict) else None


@torch.enable_grad()
def trajectory(impl, params, stream, hyper):
    """Return the parameters after steps 1 to 5, 10, 20, …; stream[t][i] belongs to params[i]."""
    parameters = _parameters(params)
    optimizer = impl.SGD(list(parameters), **hyper)
    seen = {}
    for t, gradients in enumerate(stream, start=1):
        _give(parameters, gradients)
        optimizer.step()
        if t <= 5 or t % 10 == 0:
            seen[f"after step {t}"] = _values(parameters)
    return seen


@torch.enable_grad()
def grid(impl, params, stream, cases):
    """Return, for every case of settings, the parameters after two steps and after all."""
    seen = []
    for hyper in cases:
        parameters = _parameters(params)
        optimizer = impl.SGD(list(parameters), **hyper)
        marks = {}
        for t, gradients in enumerate(stream, start=1):
            _give(parameters, gradients)
            optimizer.step()
            if t in (2, len(stream)):
                marks[f"after step {t}"] = _values(parameters)
        seen.append(marks)
    return seen


@torch.enable_grad()
def gradients_in_one_place(impl, params, stream, hyper):
    """Step while the gradients are rewritten in place, and zeroed in between."""
    parameters = _parameters(params)
    for p in parameters:
        p.grad = torch.zeros_like(p)
    kept = [p.grad for p in parameters]
    optimizer = impl.SGD(list(parameters), **hyper)
    seen = {}
    for t, gradients in enumerate(stream, start=1):
        for mine, new in zip(kept, gradients, strict=True):
            mine.copy_(new)
        optimizer.step()
        for mine in kept:
            mine.zero_()
        seen[f"after step {t}"] = _values(parameters)
    return seen


@torch.enable_grad()
def gradients_after_step(impl, params, grads, hyper):
    """Return every gradient after three steps, and whether it is still the same tensor."""
    parameters = _parameters(params)
    _give(parameters, grads)
    before = [_grad_of(p) for p in parameters]
    optimizer = impl.SGD(list(parameters), **hyper)
    for _ in range(3):
        optimizer.step()
    return {
        "gradients": [_grad_of(p) for p in parameters],
        "same": [_grad_of(p) is old for p, old in zip(parameters, before, strict=True)],
        "parameters": _values(parameters),
    }


@torch.enable_grad()
def step_inside_a_buffer(impl, buffer, rows, stream, hyper):
    """Step a parameter that is a transposed window of *buffer*; return the buffer."""
    buffer = buffer.clone()
    p = nn.Parameter(buffer[rows[0] : rows[1]].t())
    address = p.data_ptr()
    optimizer = impl.SGD([p], **hyper)
    for gradient in stream:
        p.grad = gradient.clone()
        optimizer.step()
    return {"buffer": buffer, "parameter": p.detach(), "moved": p.data_ptr() != address}


@torch.enable_grad()
def autograd_facts(impl, params, stream, hyper):
    """Return what autograd thinks of parameters and buffers, and whether it still records."""
    parameters = _parameters(params)
    optimizer = impl.SGD(list(parameters), **hyper)
    for gradients in stream:
        _give(parameters, gradients)
        optimizer.step()
    recording = torch.is_grad_enabled()
    buffers = [_buffer_of(optimizer, p) for p in parameters]
    with torch.no_grad():
        optimizer.step()
        off = torch.is_grad_enabled()
    return {
        "parameters": [
            {"requires_grad": p.requires_grad, "is_leaf": p.is_leaf} for p in parameters
        ],
        "buffers that require a gradient": sum(
            isinstance(b, Tensor) and b.requires_grad for b in buffers
        ),
        "recording": recording,
        "recording under no_grad": off,
        "values": _values(parameters),
    }


@torch.enable_grad()
def step_with_closure(impl, value, hyper):
    """Step with a closure that computes loss and gradient; return what it saw and gave."""
    p = nn.Parameter(value.clone())
    optimizer = impl.SGD([p], **hyper)
    calls = []

    def closure():
        p.grad = None
        loss = (p * p).sum()
        calls.append(loss.requires_grad)
        loss.backward()
        return loss.detach()

    with torch.no_grad():
        returned = optimizer.step(closure)
    recording = torch.is_grad_enabled()
    without = optimizer.step()
    return {
        "loss": returned,
        "calls": len(calls),
        "recorded": all(calls),
        "recording": recording,
        "nothing without": without is None,
        "parameter": p.detach(),
    }


def recording_after_a_failed_closure(impl, value, hyper):
    """Return whether recording is on after a closure that raised."""

    def closure():
        raise ValueError("no loss today")

    p = nn.Parameter(value.clone())
    optimizer = impl.SGD([p], **hyper)
    with torch.enable_grad():
        error = raised(optimizer.step, closure)
        return {"error": error, "recording": torch.is_grad_enabled()}


@torch.enable_grad()
def changing_settings(impl, params, stream, hyper, settings):
    """Step t is made with settings[t] written into the group; return all parameters."""
    parameters = _parameters(params)
    optimizer = impl.SGD(list(parameters), **hyper)
    seen = {}
    for t, (gradients, setting) in enumerate(zip(stream, settings, strict=True), start=1):
        _give(parameters, gradients)
        optimizer.param_groups[0].update(setting)
        optimizer.step()
        seen[f"after step {t}"] = _values(parameters)
    return seen


@torch.enable_grad()
def changed_buffer(impl, value, stream, hyper):
    """Halve the momentum buffer in place between steps; return the parameter."""
    p = nn.Parameter(value.clone())
    optimizer = impl.SGD([p], **hyper)
    for gradient in stream:
        p.grad = gradient.clone()
        optimizer.step()
        with torch.no_grad():
            optimizer.state[p]["momentum_buffer"].mul_(0.5)
    return p.detach()


@torch.enable_grad()
def work_of_step(impl, params, grads, hyper):
    """Return how many operations the third step runs and how many elements they write."""
    parameters = _parameters(params)
    optimizer = impl.SGD(list(parameters), **hyper)
    for _ in range(2):
        _give(parameters, grads)
        optimizer.step()
    _give(parameters, grads)
    with Operations() as work:
        optimizer.step()
    return work.summary()


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
def tensors_kept(impl, params, grads, hyper, steps):
    """Return how many more tensors are alive after *steps* further steps."""
    with _Births() as births:
        parameters = _parameters(params)
        optimizer = impl.SGD(list(parameters), **hyper)
        counts = []
        for _ in range(2):
            for _ in range(steps):
                _give(parameters, grads)
                optimizer.step()
            counts.append(births.alive())
    return counts[1] - counts[0]


@torch.enable_grad()
def groups_apart(impl, groups, hyper, stream):
    """Step parameters in groups, each `[values, options]`; return values and settings."""
    parameters = [_parameters(values) for values, _ in groups]
    given = [
        {"params": list(mine), **options}
        for mine, (_, options) in zip(parameters, groups, strict=True)
    ]
    optimizer = impl.SGD(given, **hyper)
    flat = [p for mine in parameters for p in mine]
    for gradients in stream:
        _give(flat, gradients)
        optimizer.step()
    names = ("lr", "momentum", "dampening", "weight_decay", "nesterov", "maximize")
    settings = [{name: g.get(name) for name in names} for g in optimizer.param_groups]
    return {"parameters": _values(flat), "settings": settings}


@torch.enable_grad()
def forms_of_params(impl, params, stream, hyper):
    """Return the parameters after all steps, for several forms in which they may be given."""
    forms = {
        "a generator": lambda ps: (p for p in ps),
        "a tuple": tuple,
        "dict.values()": lambda ps: dict(enumerate(ps)).values(),
        "a generator of groups": lambda ps: ({"params": [p]} for p in ps),
        "groups of one tensor each": lambda ps: [{"params": p} for p in ps],
        "a group with a generator": lambda ps: [{"params": (p for p in ps)}],
    }
    seen = {}
    for form, make in forms.items():
        parameters = _parameters(params)
        optimizer = impl.SGD(make(parameters), **hyper)
        for gradients in stream:
            _give(parameters, gradients)
            optimizer.step()
        seen[form] = _values(parameters)
    return seen


@torch.enable_grad()
def group_added_later(impl, params, stream, hyper, options):
    """Begin with the first parameter; add the second after two steps, as a group of its own."""
    parameters = _parameters(params)
    optimizer = impl.SGD([parameters[0]], **hyper)
    for t, gradients in enumerate(stream):
        if t == 2:
            optimizer.add_param_group({"params": parameters[1], **options})
        _give(parameters, gradients)
        optimizer.step()
    return {"parameters": _values(parameters), "groups": len(optimizer.param_groups)}


def errors_of_params(impl, value):
    """Return which exceptions wrong params raise, and that right ones raise none."""
    p, q = _parameters([value, value])
    twice = [{"params": [p]}, {"params": [q, p]}]
    with torch.enable_grad():
        product = p * 2
    seen = {
        "two groups": raised(impl.SGD, [{"params": [p]}, {"params": [q]}], lr=0.1),
        "no parameters": raised(impl.SGD, [], lr=0.1),
        "one tensor": raised(impl.SGD, p, lr=0.1),
        "a number among the parameters": raised(impl.SGD, [p, 1.0], lr=0.1),
        "a tensor that is no leaf": raised(impl.SGD, [p, product], lr=0.1),
        "a parameter in two groups": raised(impl.SGD, twice, lr=0.1),
    }
    optimizer = impl.SGD([p], lr=0.1)
    seen["adding a parameter again"] = raised(optimizer.add_param_group, {"params": [p]})
    seen["adding another one"] = raised(optimizer.add_param_group, {"params": [q]})
    return seen


def errors_of_settings(impl, value, cases):
    """Return the exception that every case of settings raises, or None."""
    return [raised(impl.SGD, _parameters([value]), **hyper) for hyper in cases]


@torch.enable_grad()
def two_optimizers(impl, params, stream, hyper):
    """Step two optimizers in turn, on parameters of their own with gradients of their own."""
    parameters = _parameters(params)
    pair = [impl.SGD([p], **hyper) for p in parameters]
    for gradients in stream:
        _give(parameters, gradients)
        for optimizer in pair:
            optimizer.step()
    foreign = [
        any(p is other for p in o.state)
        for o, other in zip(pair, reversed(parameters), strict=True)
    ]
    return {
        "parameters": _values(parameters),
        "groups": [len(o.param_groups) for o in pair],
        "state holds the other's parameter": foreign,
    }


@torch.enable_grad()
def clear(impl, params, grads, options):
    """Clear the gradients of two groups; return them, and whether they are the same tensors."""
    parameters = _parameters(params)
    _give(parameters, grads)
    before = [_grad_of(p) for p in parameters]
    optimizer = impl.SGD([{"params": parameters[:1]}, {"params": parameters[1:]}], lr=0.1)
    optimizer.zero_grad(**options)
    after = [_grad_of(p) for p in parameters]
    return {
        "gradients": after,
        "same": [a is b for a, b in zip(after, before, strict=True)],
        "parameters": _values(parameters),
    }


@torch.enable_grad()
def buffers(impl, params, stream, hyper):
    """Return each parameter's momentum buffer after every step, and the number of entries."""
    parameters = _parameters(params)
    optimizer = impl.SGD(list(parameters), **hyper)
    seen = {}
    for t, gradients in enumerate(stream, start=1):
        _give(parameters, gradients)
        optimizer.step()
        found = [_buffer_of(optimizer, p) for p in parameters]
        seen[f"after step {t}"] = [b.clone() if isinstance(b, Tensor) else b for b in found]
    entries = sum(bool(entry) for entry in optimizer.state.values())
    return {"buffers": seen, "entries": entries}


def _number(p):
    """Return *p* if it is a number, else the name of its type."""
    return p if isinstance(p, int) else type(p).__name__


def _stepped(impl, parameters, stream, hyper, options):
    optimizer = impl.SGD(
        [{"params": parameters[:1], **options}, {"params": parameters[1:]}], **hyper
    )
    for gradients in stream:
        _give(parameters, gradients)
        optimizer.step()
    return optimizer


@torch.enable_grad()
def described(impl, params, stream, hyper, options):
    """Return the state dict after some steps of two groups, and the parameters."""
    parameters = _parameters(params)
    optimizer = _stepped(impl, parameters, stream, hyper, options)
    saved = optimizer.state_dict()
    names = ("lr", "momentum", "dampening", "weight_decay", "nesterov", "maximize", "params")
    groups = [{name: group.get(name) for name in names} for group in saved["param_groups"]]
    for group in groups:
        group["params"] = [_number(p) for p in group["params"]]
    state = {_number(p): dict(entry) for p, entry in saved["state"].items()}
    return {
        "keys": sorted(saved),
        "state": state,
        "param_groups": groups,
        "parameters": _values(parameters),
    }


@torch.enable_grad()
def resumed(impl, params, stream, hyper, other, options):
    """Save half-way, load into a new optimizer that was made with *other* settings, go on."""
    half = len(stream) // 2
    parameters = _parameters(params)
    saved = copy.deepcopy(_stepped(impl, parameters, stream[:half], hyper, options).state_dict())
    fresh = _parameters(_values(parameters))
    optimizer = impl.SGD([{"params": fresh[:1]}, {"params": fresh[1:]}], **other)
    optimizer.load_state_dict(saved)
    for gradients in stream[half:]:
        _give(fresh, gradients)
        optimizer.step()
    return {
        "parameters": _values(fresh),
        "lr": [group["lr"] for group in optimizer.param_groups],
        "parameters before": _values(parameters),
    }


@torch.enable_grad()
def loaded(impl, params, state, stream, hyper):
    """Load a given state dict and step; return the parameters."""
    parameters = _parameters(params)
    optimizer = impl.SGD([{"params": parameters[:1]}, {"params": parameters[1:]}], **hyper)
    optimizer.load_state_dict(state)
    for gradients in stream:
        _give(parameters, gradients)
        optimizer.step()
    return _values(parameters)


@torch.enable_grad()
def two_after_loading(impl, params, grads, hyper):
    """Load one state dict into two optimizers and change the rate of one; return all rates."""
    sets = [_parameters(params) for _ in range(3)]
    first, second, third = (impl.SGD(list(mine), **hyper) for mine in sets)
    _give(sets[0], grads)
    first.step()
    saved = first.state_dict()
    second.load_state_dict(saved)
    third.load_state_dict(saved)
    second.param_groups[0]["lr"] = 7.0
    own = third.param_groups[0]["params"]
    return {
        "rates": [o.param_groups[0]["lr"] for o in (first, second, third)],
        "own parameters": [any(p is q for q in own) for p in sets[2]],
    }


def errors_of_loading(impl, params):
    """Return which exception state dicts of other groups raise, and that of the same raises none."""
    a, b, c = _parameters(params)
    optimizer = impl.SGD([{"params": [a, b]}, {"params": [c]}], lr=0.1)
    shapes = {
        "the same groups": [{"params": [a, b]}, {"params": [c]}],
        "a group less": [{"params": [a, b]}],
        "a parameter less": [{"params": [a]}, {"params": [c]}],
        "as many parameters in other groups": [{"params": [a]}, {"params": [b, c]}],
    }
    return {
        name: raised(optimizer.load_state_dict, impl.SGD(groups, lr=0.1).state_dict())
        for name, groups in shapes.items()
    }


@torch.enable_grad()
def deepcopied(impl, params, stream, hyper):
    """Copy parameters and optimizer together half-way, and go on with the copies."""
    half = len(stream) // 2
    parameters = _parameters(params)
    optimizer = impl.SGD(list(parameters), **hyper)
    for gradients in stream[:half]:
        _give(parameters, gradients)
        optimizer.step()
    before = _values(parameters)
    copies, optimizer = copy.deepcopy((parameters, optimizer))
    for gradients in stream[half:]:
        _give(copies, gradients)
        optimizer.step()
    return {"copies": _values(copies), "originals moved": _moved(before, parameters)}


def _moved(before, parameters):
    return [not torch.equal(a, p.detach()) for a, p in zip(before, parameters, strict=True)]


@torch.enable_grad()
def sparse_steps(impl, weight, rows, stream, hyper):
    """Step a table whose gradients have values in *rows* and nothing elsewhere."""
    p = nn.Parameter(weight.clone())
    optimizer = impl.SGD([p], **hyper)
    for values in stream:
        p.grad = torch.sparse_coo_tensor(rows[None], values, p.shape, check_invariants=False)
        optimizer.step()
    return p.detach()


@torch.enable_grad()
def train(impl, data, weights, hyper, steps):
    """Train a small network; the first weight is used twice, the third is frozen, the last idle."""
    x, y = data
    parameters = _parameters(weights)
    table, mixing, bias, _ = parameters
    bias.requires_grad_(False)
    optimizer = impl.SGD((p for p in parameters), **hyper)
    seen = {}
    for t in range(1, steps + 1):
        hidden = torch.tanh(x @ table @ mixing + bias)
        loss = (hidden @ table.t() - y).square().mean()
        loss.backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=t % 2 == 0)
        if t % 10 == 0:
            seen[f"after step {t}"] = _values(parameters)
    return seen


@torch.enable_grad()
def steps(impl, repeats, seed, tensors, side, hyper):
    """Time *repeats* steps over *tensors* square parameters.

    Each step has gradients of its own, a window of one buffer of noise.
    """
    generator = torch.Generator().manual_seed(seed)
    size = tensors * side * side
    noise = torch.randn(size + 4096, generator=generator)
    # One buffer behind all gradients: giving every parameter its next one is a single copy.
    buffer = torch.empty(size)
    values = torch.randn(tensors, side, side, generator=generator)
    parameters = [nn.Parameter(value) for value in values.unbind()]
    for p, gradient in zip(parameters, buffer.view(tensors, side, side).unbind(), strict=True):
        p.grad = gradient
    optimizer = impl.SGD(parameters, **hyper)
    yield
    for t in range(repeats):
        start = 97 * t % 4096
        buffer.copy_(noise[start : start + size])
        optimizer.step()
    return torch.stack([p.detach().mean() for p in parameters] + list(parameters[-1].detach()[0]))
