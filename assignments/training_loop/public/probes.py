"""Experiments for the public checks; each runs on any implementation of `fit` and `report`."""

import contextlib
import io

import torch
from torch import nn
from torch.nn.functional import cross_entropy, mse_loss


class Net(nn.Module):
    """A linear model that remembers its inputs."""

    def __init__(self, weight, bias):
        super().__init__()
        self.weight = nn.Parameter(weight.clone())
        self.bias = nn.Parameter(bias.clone())
        self.inputs = []

    def forward(self, x):
        self.inputs.append(x.detach().clone())
        return x @ self.weight + self.bias


@torch.enable_grad()
def trained(impl, weight, bias, data, epochs, lr, bs):
    """Return parameters, inputs and losses of a regression."""
    model = Net(weight, bias)
    x, y = (t.clone() for t in data)
    losses = impl.fit(epochs, model, mse_loss, x, y, lr, bs)
    return {
        "weight": model.weight.detach(),
        "bias": model.bias.detach(),
        "inputs": model.inputs,
        "losses": losses,
    }


@torch.enable_grad()
def kinds_of_losses(impl, weight, bias, data, epochs, lr, bs):
    """Return the type of every item that fit returns."""
    x, y = (t.clone() for t in data)
    return [type(v).__name__ for v in impl.fit(epochs, Net(weight, bias), mse_loss, x, y, lr, bs)]


@torch.enable_grad()
def accuracy_afterwards(impl, data, epochs, lr, bs):
    """Return how many rows of a classification a linear model gets right after training."""
    x, y = data
    model = Net(torch.zeros(x.shape[1], 3, dtype=x.dtype), torch.zeros(3, dtype=x.dtype))
    impl.fit(epochs, model, cross_entropy, x.clone(), y.clone(), lr, bs)
    with torch.no_grad():
        return (model(x).argmax(1) == y).double().mean().item()


@torch.enable_grad()
def printed_by_report(impl, loss, preds, yb):
    """Return what report prints."""
    with contextlib.redirect_stdout(io.StringIO()) as page:
        impl.report(loss, preds, yb)
    return page.getvalue()
