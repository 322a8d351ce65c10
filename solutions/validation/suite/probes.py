"""Models, losses, loaders and optimizers that watch what a training loop does with them.

Row i of most data carries the number i in its first column, so that a model can tell which
rows it was shown. Every loop over an implementation's loaders is bounded.
"""

import weakref
from itertools import islice

import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import TensorDataset

from autograder.probing import Operations, raised

_MANY = 500


class Linear(nn.Module):
    """Scores that are a product with given weights."""

    def __init__(self, weights):
        super().__init__()
        self.weights = nn.Parameter(weights.clone())

    def forward(self, x):
        return x @ self.weights


class Moody(nn.Module):
    """A network that behaves differently in training mode, by its buffers and by chance."""

    def __init__(self, weights, chance):
        super().__init__()
        self.first = Linear(weights[0])
        self.norm = nn.BatchNorm1d(weights[0].shape[1], dtype=weights[0].dtype)
        self.last = Linear(weights[1])
        self.chance = chance

    def forward(self, x):
        hidden = torch.relu(self.norm(self.first(x)))
        return self.last(F.dropout(hidden, self.chance, self.training))


class Loader:
    """Batches, another epoch's at every loop; a batch is made anew each time."""

    __slots__ = ("__as", "__epochs", "__turn")

    def __init__(self, *epochs, kind=tuple):
        self.__epochs, self.__turn, self.__as = epochs, 0, kind

    def __iter__(self):
        epoch = self.__epochs[self.__turn % len(self.__epochs)]
        self.__turn += 1
        for x, y in epoch:
            yield self.__as((x.clone(), y.clone()))


class Watching:
    """An optimizer that notes the gradient of each step and moves nothing."""

    __slots__ = ("__parameter", "cleared", "gradients")

    def __init__(self, parameter):
        self.__parameter, self.gradients, self.cleared = parameter, [], 0

    def step(self):
        gradient = self.__parameter.grad
        self.gradients.append(None if gradient is None else gradient.clone())

    def zero_grad(self):
        self.cleared += 1
        self.__parameter.grad = None


class Token:
    """Lives as long as the graph that holds it."""


class Mark(torch.autograd.Function):
    """Passes a number on, and puts a token into its graph."""

    @staticmethod
    def forward(ctx, number, tokens):
        ctx.token = Token()
        tokens.append(weakref.ref(ctx.token))
        return number.clone()

    @staticmethod
    def backward(ctx, gradient):
        return gradient, None


def _watch(model):
    """Return a list to which every call of *model* adds what it sees."""
    calls = []

    def note(module, args, output):
        calls.append(
            {
                "training": module.training,
                "recording": torch.is_grad_enabled(),
                "has a graph": output.requires_grad,
                "rows": args[0][:, 0].tolist(),
            }
        )

    model.register_forward_hook(note)
    return calls


def _numbers(result):
    """Return loss and accuracy as plain numbers, of whatever kind they are."""
    loss, accuracy = result
    return [float(loss), float(accuracy)]


def _own(value):
    return value.detach().clone()


@torch.enable_grad()
def scores(impl, weights, batches):
    """Return loss and accuracy of a linear model."""
    return _numbers(impl.evaluate(Linear(weights), F.cross_entropy, Loader(batches)))


@torch.enable_grad()
def kinds_of_scores(impl, weights, batches):
    """Return the types of what evaluate returns."""
    result = impl.evaluate(Linear(weights), F.cross_entropy, Loader(batches))
    return [type(result).__name__, *(type(number).__name__ for number in result)]


@torch.enable_grad()
def scores_with_another_loss(impl, weights, batches):
    """Return loss and accuracy where the loss is the squared error of the first score."""

    def squared(predictions, labels):
        return ((predictions[:, 0] - labels) ** 2).mean()

    return _numbers(impl.evaluate(Linear(weights), squared, Loader(batches)))


@torch.enable_grad()
def scores_from(impl, weights, batches, kind):
    """Return loss and accuracy for a loader of another *kind*."""
    make = {
        "a generator": lambda: (batch for batch in batches),
        "a list": lambda: list(batches),
        "a loader whose batches are lists": lambda: Loader(batches, kind=list),
    }[kind]
    return _numbers(impl.evaluate(Linear(weights), F.cross_entropy, make()))


def scores_without_parameters(impl, batches):
    """Return loss and accuracy of a model that has nothing to learn: a row is its own scores."""
    return _numbers(impl.evaluate(nn.Identity(), F.cross_entropy, Loader(batches)))


@torch.enable_grad()
def calls_of_evaluate(impl, weights, batches):
    """Return what the model saw at each of its calls."""
    model = Moody(weights, 0.5)
    calls = _watch(model)
    impl.evaluate(model, F.cross_entropy, Loader(batches))
    return calls


def surroundings(impl, weights, batches):
    """Return mode of the model and recording after an evaluation, for both beginnings of both."""
    seen = []
    for training in (True, False):
        for recording in (True, False):
            model = Moody(weights, 0.5).train(training)
            with torch.set_grad_enabled(recording):
                impl.evaluate(model, F.cross_entropy, Loader(batches))
                after = {"training": model.training, "recording": torch.is_grad_enabled()}
            seen.append({"before": [training, recording], **after})
    return seen


def surroundings_after_an_error(impl, weights, batches):
    """Return error, mode and recording where the loss fails at the second batch."""
    losses = iter([torch.zeros(())])

    def failing(*_):
        for loss in losses:
            return loss
        raise OverflowError

    seen = []
    for training in (True, False):
        model = Moody(weights, 0.5).train(training)
        losses = iter([torch.zeros(())])
        with torch.enable_grad():
            error = raised(impl.evaluate, model, failing, Loader(batches))
            recording = torch.is_grad_enabled()
        seen.append(
            {"error": error, "training": model.training == training, "recording": recording}
        )
    return seen


@torch.enable_grad()
def model_afterwards(impl, weights, batches):
    """Return parameters, buffers, gradients and flags of a model before and after."""
    model = Moody(weights, 0.5)
    for k, p in enumerate(model.parameters()):
        p.grad = torch.full_like(p, k + 1.0)
    seen = []
    for _ in range(2):
        seen.append(
            {
                "state": {name: _own(value) for name, value in model.state_dict().items()},
                "gradients": [None if p.grad is None else _own(p.grad) for p in model.parameters()],
                "requires_grad": [p.requires_grad for p in model.parameters()],
            }
        )
        if len(seen) == 1:
            impl.evaluate(model, F.cross_entropy, Loader(batches))
    return seen


def error_without_batches(impl, weights):
    """Return the exception for a loader without batches."""
    return raised(impl.evaluate, Linear(weights), F.cross_entropy, Loader([]))


@torch.enable_grad()
def work_of_evaluate(impl, weights, batches):
    """Return the operations of one evaluation."""
    model = Linear(weights)
    with Operations() as work:
        impl.evaluate(model, F.cross_entropy, Loader(batches))
    return work.summary()


@torch.enable_grad()
def gradients_of_steps(impl, weights, train, valid, epochs):
    """Return the gradient that each step found, and how often gradients were cleared.

    The second fact tells an optimizer that is not used from one that is not asked to step.
    """
    model = Linear(weights)
    opt = Watching(model.weights)
    impl.fit(epochs, model, F.cross_entropy, opt, (Loader(train), Loader(valid)))
    return {"gradients": opt.gradients, "cleared": opt.cleared}


@torch.enable_grad()
def calls_of_fit(impl, weights, train, valid, epochs):
    """Return what the model saw at each of its calls; *train* has one list for each epoch."""
    model = Moody(weights, 0.1).eval()
    calls = _watch(model)
    opt = torch.optim.SGD(model.parameters(), lr=0.1)
    impl.fit(epochs, model, F.cross_entropy, opt, (Loader(*train), Loader(valid)))
    return calls


@torch.enable_grad()
def history_at_rest(impl, weights, train, valid, epochs):
    """Return what fit returns where no step moves anything, in plain numbers, and its types."""
    model = Linear(weights)
    opt = Watching(model.weights)
    history = impl.fit(epochs, model, F.cross_entropy, opt, (Loader(train), Loader(valid)))
    records = list(islice(history, _MANY))
    return {
        "kinds": sorted({type(v).__name__ for record in records for v in record.values()}),
        "records": [{k: float(v) for k, v in record.items()} for record in records],
    }


@torch.enable_grad()
def graphs_alive(impl, weights, train, valid):
    """Return how many earlier losses' graphs were alive at each call of the loss in one epoch."""
    tokens, alive = [], []

    def loss_func(predictions, labels):
        alive.append(sum(token() is not None for token in tokens))
        return Mark.apply(F.cross_entropy(predictions, labels), tokens)

    model = Linear(weights)
    opt = Watching(model.weights)
    impl.fit(1, model, loss_func, opt, (Loader(train), Loader(valid)))
    return alive


@torch.enable_grad()
def no_epoch(impl, weights, train, valid):
    """Return history and weights after no epoch."""
    model = Linear(weights)
    opt = torch.optim.SGD(model.parameters(), lr=0.1)
    history = impl.fit(0, model, F.cross_entropy, opt, (Loader(train), Loader(valid)))
    return {"history": history, "weights": _own(model.weights)}


@torch.enable_grad()
def work_of_fit(impl, weights, train, valid):
    """Return the operations of one epoch."""
    model = Linear(weights)
    opt = torch.optim.SGD(model.parameters(), lr=0.1)
    with Operations() as work:
        impl.fit(1, model, F.cross_entropy, opt, (Loader(train), Loader(valid)))
    return work.summary()


def _train(impl, model, opt, loaders, epochs):
    history = impl.fit(epochs, model, F.cross_entropy, opt, loaders)
    return {
        "history": [{k: float(v) for k, v in dict(r).items()} for r in islice(history, _MANY)],
        "state": {name: _own(value) for name, value in model.state_dict().items()},
    }


@torch.enable_grad()
def trained(impl, weights, train, valid, epochs):
    """Return history and final state of a network that was trained with momentum."""
    model = Moody(weights, 0.2)
    opt = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    torch.manual_seed(1)
    return _train(impl, model, opt, (Loader(train), Loader(valid)), epochs)


@torch.enable_grad()
def trained_from_datasets(impl, *, weights, train, valid, bs, seed, epochs):
    """Return history and final state where all three functions work together, with Adam."""
    model = Moody(weights, 0.0)
    opt = torch.optim.Adam(model.parameters(), lr=0.01)
    datasets = TensorDataset(*train), TensorDataset(*valid)
    generator = torch.Generator().manual_seed(seed)
    loaders = impl.get_dls(*datasets, bs, generator=generator, drop_last=True)
    return _train(impl, model, opt, loaders, epochs)


def evaluated(impl, weights, batches):
    """Return loss and accuracy of a network with a history, in training mode before and after."""
    model = Moody(weights, 0.5)
    for x, _ in batches:
        model(x)
    return _numbers(impl.evaluate(model, F.cross_entropy, Loader(batches)))


def loaded(impl, *, train, valid, bs, epochs, **kwargs):
    """Return the batches of both loaders, for *epochs* loops over each."""
    loaders = impl.get_dls(TensorDataset(*train), TensorDataset(*valid), bs, **kwargs)
    return [[[*map(list, islice(dl, _MANY))] for _ in range(epochs)] for dl in loaders]


def collated_sizes(impl, train, valid, bs):
    """Return what both loaders give where collate_fn counts the samples."""
    loaders = impl.get_dls(
        TensorDataset(*train), TensorDataset(*valid), bs, collate_fn=lambda samples: -len(samples)
    )
    return [[n if isinstance(n, int) else None for n in islice(dl, _MANY)] for dl in loaders]


@torch.enable_grad()
def epochs_of_digits(impl, repeats, seed, rows, width, bs):
    """Time *repeats* epochs of training and validation, each on rows of its own."""
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(rows + repeats, width, generator=generator)
    y = torch.randint(10, (rows + repeats,), generator=generator)
    batches = [
        list(zip(x[k : k + rows].split(bs), y[k : k + rows].split(bs), strict=True))
        for k in range(repeats)
    ]
    model = nn.Sequential(nn.Linear(width, 50), nn.ReLU(), nn.Linear(50, 10))
    with torch.no_grad():
        for p in model.parameters():
            p.copy_(torch.randn(p.shape, generator=generator) * 0.1)
    opt = torch.optim.SGD(model.parameters(), lr=0.01)
    yield
    history = []
    for epoch in batches:
        history += impl.fit(1, model, F.cross_entropy, opt, (epoch, epoch[:1]))
    names = ("train_loss", "valid_loss", "accuracy")
    return {
        "history": [[float(record[name]) for name in names] for record in history[-3:]],
        "weights": model[2].weight.detach()[:, :5].clone(),
    }
