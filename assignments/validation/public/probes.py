"""Small experiments on evaluate, fit and get_dls; every loop is bounded."""

from itertools import islice

import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import TensorDataset


def _model(weights):
    """Return a linear model with given weights and dropout, and what it notes at each call."""
    linear = nn.Linear(*weights.shape, bias=False)
    linear.weight.data = weights.t().contiguous()
    model = nn.Sequential(linear, nn.Dropout(0.5))
    calls = []
    model.register_forward_hook(
        lambda module, args, output: calls.append([module.training, output.requires_grad])
    )
    return model, calls


def scores(impl, weights, batches):
    """Return loss and accuracy, and what the model noted."""
    model, calls = _model(weights)
    result = impl.evaluate(model, F.cross_entropy, batches)
    return {
        "numbers": [float(number) for number in result],
        "calls": calls,
        "is training afterwards": model.training,
    }


def trained(impl, *, weights, train, valid, lr, epochs):
    """Return what fit returns, the trained weights, and what the model noted."""
    model, calls = _model(weights)
    model[1].p = 0.0
    opt = torch.optim.SGD(model.parameters(), lr=lr)
    history = impl.fit(epochs, model, F.cross_entropy, opt, (train, valid))
    records = [{k: float(v) for k, v in dict(record).items()} for record in islice(history, 50)]
    return {"records": records, "weights": model[0].weight.detach().t(), "calls": calls}


def loaded(impl, n, bs, **kwargs):
    """Return the batches of row numbers of both loaders, in two epochs."""
    datasets = TensorDataset(torch.arange(n)), TensorDataset(torch.arange(n, 2 * n))
    loaders = impl.get_dls(*datasets, bs, **kwargs)
    return [[[b.tolist() for (b,) in islice(dl, 50)] for _ in range(2)] for dl in loaders]
