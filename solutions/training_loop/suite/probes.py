"""Experiments on `fit` and `report`: what a run does to a model, and what a line says.

Every probe that trains switches recording on for itself, so that an implementation which
leaves it off in one probe doesn't spoil the next.
"""

import contextlib
import io
import random
import weakref

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, mse_loss
from torch.utils._python_dispatch import TorchDispatchMode

from autograder.probing import Operations


def lopsided(preds, targets):
    """Return a loss that is another one when its arguments are swapped."""
    return (preds - 2 * targets).square().mean()


_LOSSES = {"cross_entropy": cross_entropy, "mse": mse_loss, "lopsided": lopsided}


class Net(nn.Module):
    """Multiply by every matrix of *weights*, add every vector and bend; remember the inputs."""

    def __init__(self, weights):
        super().__init__()
        self.weights = nn.ParameterList(nn.Parameter(w.clone()) for w in weights)
        self.inputs = []
        self.calls = 0
        self.register_forward_pre_hook(lambda *_: setattr(self, "calls", self.calls + 1))

    def forward(self, x):
        self.inputs.append(x.detach().clone())
        x = x.flatten(1)
        for w in self.weights:
            x = x @ w if w.ndim == 2 else (x + w).tanh()
        return x

    def values(self):
        return [p.detach().clone() for p in self.weights]


class Moody(Net):
    """A net whose predictions have the other sign while it isn't in training mode."""

    def forward(self, x):
        return super().forward(x) if self.training else -super().forward(x)


def _fit(impl, model, case, loss_func=None):
    """Call fit on copies of the data; return what it returned."""
    x, y = (t.clone() for t in case["data"])
    loss_func = loss_func or _LOSSES[case["loss"]]
    return impl.fit(case["epochs"], model, loss_func, x, y, case["lr"], case["bs"])


@torch.enable_grad()
def trained(impl, weights, **case):
    """Return the parameters after a run, and what fit returned."""
    model = Net(weights)
    losses = _fit(impl, model, case)
    return {"parameters": model.values(), "losses": losses}


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
def first_epochs(impl, weights, **case):
    """Return the only parameter after one epoch, and after two of another run.

    How many tensors of its shape were made tells an update that went astray from none.
    """
    seen = {}
    for epochs in (1, 2):
        model = Net(weights)
        with _Made(weights[0].shape) as made:
            _fit(impl, model, {**case, "epochs": epochs})
        seen[f"after {epochs}"] = model.values()[0]
        seen[f"made in {epochs}"] = made.count
        seen[f"called in {epochs}"] = model.calls > 0
    return seen


@torch.enable_grad()
def kinds_of_losses(impl, weights, **case):
    """Return the type of what fit returned, and of every item of it."""
    losses = _fit(impl, Net(weights), case)
    kinds = [type(v).__name__ for v in losses] if isinstance(losses, list | tuple) else None
    return {"list": type(losses).__name__, "items": kinds}


@torch.enable_grad()
def batches(impl, weights, **case):
    """Return the inputs and the targets of every batch, as model and loss function got them."""
    model, targets = Net(weights), []

    def loss_func(preds, yb):
        targets.append(yb.detach().clone())
        return _LOSSES[case["loss"]](preds, yb)

    _fit(impl, model, case, loss_func)
    return [model.inputs, targets]


@torch.enable_grad()
def calls_of_the_model(impl, weights, **case):
    """Return how often the model was called, and how often `forward` ran."""
    model = Net(weights)
    _fit(impl, model, case)
    return {"parameters": model.values(), "calls": model.calls, "forwards": len(model.inputs)}


@torch.enable_grad()
def trained_when_moody(impl, weights, is_training, **case):
    """Train a model that is or isn't in training mode; return parameters and the mode afterwards."""
    model = Moody(weights).train(is_training)
    _fit(impl, model, case)
    return {"parameters": model.values(), "training afterwards": model.training}


@torch.enable_grad()
def trained_with_idle_parameters(impl, weights, idle, **case):
    """Train with the last of *weights* frozen, and with an unused parameter in front."""
    model = Net(weights)
    model.weights[-1].requires_grad_(False)
    model.idle = nn.Parameter(idle.clone())
    _fit(impl, model, case)
    return {"parameters": model.values(), "unused": model.idle.detach()}


@torch.enable_grad()
def parameters_afterwards(impl, weights, **case):
    """Return whether the parameters are the same objects, in the same memory, and leaves."""
    model = Net(weights)
    before = [(p, p.data_ptr()) for p in model.weights]
    windows = [p.detach() for p in model.weights]
    _fit(impl, model, case)
    return {
        "parameters": model.values(),
        "as others see them": [w.clone() for w in windows],
        "same objects": [p is q for p, (q, _) in zip(model.weights, before, strict=True)],
        "same memory": [
            p.data_ptr() == at for p, (_, at) in zip(model.weights, before, strict=True)
        ],
        "leaves": [p.is_leaf and p.requires_grad for p in model.weights],
    }


def recording_afterwards(impl, weights, **case):
    """Return whether recording was on in every call of the loss function, and after the run."""
    model, during = Net(weights), []

    def loss_func(preds, yb):
        during.append(torch.is_grad_enabled())
        return _LOSSES[case["loss"]](preds, yb)

    with torch.enable_grad():
        _fit(impl, model, case, loss_func)
        afterwards = torch.is_grad_enabled()
    return {"parameters": model.values(), "during": during, "afterwards": afterwards}


@torch.enable_grad()
def data_afterwards(impl, weights, data, **case):
    """Return inputs and targets as they are after a run, and the parameters."""
    model = Net(weights)
    x, y = (t.clone() for t in data)
    impl.fit(case["epochs"], model, _LOSSES[case["loss"]], x, y, case["lr"], case["bs"])
    return {"parameters": model.values(), "x": x, "y": y}


@torch.enable_grad()
def generators_afterwards(impl, weights, **case):
    """Return what a run does to the random generators, and the parameters."""
    torch.rand(3)  # away from a freshly seeded state, which a run could restore by accident
    random.random()  # noqa: S311 - no secret, just a generator in use
    before, plain_before = torch.get_rng_state(), random.getstate()
    model = Net(weights)
    _fit(impl, model, case)
    return {
        "parameters": model.values(),
        "torch": torch.equal(before, torch.get_rng_state()),
        "random": plain_before == random.getstate(),
    }


class _Births(TorchDispatchMode):
    """Remember, without keeping it alive, every tensor that an operation returns."""

    def __init__(self):
        super().__init__()
        self.references = []

    def alive(self):
        """Return how many of them are alive, how many of these have a history, and how large."""
        found = {id(t): t for ref in self.references if (t := ref()) is not None}
        with_history = [t.numel() for t in found.values() if t.grad_fn is not None]
        return [len(found), len(with_history), sum(with_history)]

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        result = func(*args, **(kwargs or {}))
        outputs = result if isinstance(result, list | tuple) else (result,)
        self.references += [weakref.ref(out) for out in outputs if isinstance(out, Tensor)]
        return result


@torch.enable_grad()
def memory_in_the_loop(impl, weights, early, late, **case):
    """Return how many more tensors are alive at batch *late* than at batch *early*."""
    counts, model = [], Net(weights)
    with _Births() as births:

        def loss_func(preds, yb):
            counts.append(births.alive())
            model.inputs.clear()
            return _LOSSES[case["loss"]](preds, yb)

        _fit(impl, model, case, loss_func)
    more = [b - a for a, b in zip(counts[early], counts[late], strict=True)]
    names = ("tensors", "with a history", "elements of these")
    return {"parameters": model.values(), **dict(zip(names, more, strict=True))}


@torch.enable_grad()
def work_of_fit(impl, weights, **case):
    """Return how many operations a run executes and how many elements they write."""
    model = Net(weights)
    with Operations() as work:
        _fit(impl, model, case)
    return {"parameters": model.values(), **work.summary()}


@torch.enable_grad()
def what_fit_prints(impl, weights, **case):
    """Return what a run printed, and the parameters."""
    model = Net(weights)
    with contextlib.redirect_stdout(io.StringIO()) as page:
        _fit(impl, model, case)
    print(page.getvalue(), end="")  # what was printed stands in the feedback, check by check
    return {"parameters": model.values(), "printed": page.getvalue()}


@torch.enable_grad()
def trained_with_layers_of_torch(impl, data, weights, epochs, lr, bs):
    """Train a network with batch norm and dropout; return its parameters and statistics."""
    first, second = weights
    model = nn.Sequential(
        nn.Linear(*reversed(first.shape)),
        nn.BatchNorm1d(len(first)),
        nn.ReLU(),
        nn.Dropout(0.3),
        nn.Linear(*reversed(second.shape)),
    ).double()
    with torch.no_grad():
        for layer, weight in ((model[0], first), (model[4], second)):
            layer.weight.copy_(weight)
            layer.bias.zero_()
    model.eval()
    x, y = (t.clone() for t in data)
    torch.manual_seed(1)  # for dropout
    impl.fit(epochs, model, cross_entropy, x, y, lr, bs)
    return {name: t.clone() for name, t in model.state_dict().items()}


@torch.enable_grad()
def trained_with_a_tied_weight(impl, data, weights, epochs, lr, bs):
    """Train a classifier that uses its first weight twice; return its parameters."""
    table, bias, spare = (nn.Parameter(w.clone()) for w in weights)
    model = Net([])
    model.weights = nn.ParameterList([table, bias, table])
    model.spare = spare
    x, y = (t.clone() for t in data)
    impl.fit(epochs, model, cross_entropy, x, y, lr, bs)
    return {"parameters": [p.detach().clone() for p in (table, bias, spare)]}


def _printed_by(impl, loss, preds, yb):
    with contextlib.redirect_stdout(io.StringIO()) as page:
        returned = impl.report(loss, preds, yb)
    print(page.getvalue(), end="")
    return page.getvalue(), returned


@torch.enable_grad()
def reported(impl, cases, needs_grad):
    """Return the text that report prints for each of *cases*, one after the other."""
    texts = []
    for loss, preds, yb in cases:
        if needs_grad:  # as in a training loop, where both have a history
            preds = preds.clone().requires_grad_()
            loss = torch.as_tensor(loss).clone().requires_grad_()
        texts.append(_printed_by(impl, loss, preds, yb)[0])
    return texts


@torch.enable_grad()
def arguments_afterwards(impl, loss, preds, yb):
    """Return the arguments of report as they are after it, and what it returned."""
    text, returned = _printed_by(impl, loss, preds, yb)
    return {"text": text, "loss": loss, "preds": preds, "yb": yb, "returned": returned}


@torch.enable_grad()
def epochs_of_digits(impl, repeats, seed, rows, bs):
    """Time *repeats* runs of one epoch each, on rows of their own, as large as the digits.

    Return the losses and the last biases; tanh, so that rounding stays rounding.
    """
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(rows + 64, 64, generator=generator)
    y = torch.randint(10, (rows + 64,), generator=generator)
    model = nn.Sequential(nn.Linear(64, 50), nn.Tanh(), nn.Linear(50, 10))
    with torch.no_grad():
        for p in model.parameters():
            p.copy_(torch.randn(p.shape, generator=generator) / 8)
    losses = []
    yield
    for t in range(repeats):
        start = 7 * t % 64
        xs, ys = x[start : start + rows], y[start : start + rows]
        losses += impl.fit(1, model, cross_entropy, xs, ys, 0.05, bs)
    return {"losses": torch.tensor(losses), "bias": model[2].bias.detach()}
