"""Training with validation: measure a model on rows that it does not learn from."""

from collections.abc import Callable, Iterable
from typing import Any, Protocol

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

Batches = Iterable[tuple[Tensor, Tensor] | list[Tensor]]
"""Anything that gives pairs (xb, yb) in each loop over it."""
Loss = Callable[[Tensor, Tensor], Tensor]
"""Called as `loss_func(model(xb), yb)`; returns the mean over the rows of the batch."""


class Optimizer(Protocol):
    """All that `fit` may expect of an optimizer."""

    def step(self) -> None:
        """Move the parameters."""

    def zero_grad(self) -> None:
        """Clear the gradients."""


def evaluate(model: nn.Module, loss_func: Loss, dl: Batches) -> tuple[float, float]:
    """Return the mean loss and the accuracy of *model* over all rows of *dl*."""
    was_training = model.training
    loss, right, rows = 0.0, 0, 0
    model.eval()
    try:
        with torch.no_grad():
            for xb, yb in dl:
                scores = model(xb)  # (rows, classes)
                loss += loss_func(scores, yb).item() * len(xb)
                right += (scores.argmax(1) == yb).sum().item()
                rows += len(xb)
    finally:
        model.train(was_training)
    if not rows:
        raise ValueError("there are no rows to evaluate on")
    return loss / rows, right / rows


def fit(
    epochs: int,
    model: nn.Module,
    loss_func: Loss,
    opt: Optimizer,
    dls: tuple[Batches, Batches],
) -> list[dict[str, float]]:
    """Train *model* for some epochs, validating after each; return one record for each epoch."""
    history = []
    train_dl, valid_dl = dls
    for _ in range(epochs):
        model.train()
        total, rows = 0.0, 0
        for xb, yb in train_dl:
            loss = loss_func(model(xb), yb)
            loss.backward()
            opt.step()
            opt.zero_grad()
            total += loss.item() * len(xb)
            rows += len(xb)
        valid_loss, accuracy = evaluate(model, loss_func, valid_dl)
        history.append({"train_loss": total / rows, "valid_loss": valid_loss, "accuracy": accuracy})
    return history


def get_dls(
    train_ds: Dataset[Any], valid_ds: Dataset[Any], bs: int, **kwargs: Any
) -> tuple[DataLoader[Any], DataLoader[Any]]:
    """Return torch's loaders for training and validation."""
    train_dl = DataLoader(train_ds, batch_size=bs, shuffle=True, **kwargs)
    valid_dl = DataLoader(valid_ds, batch_size=2 * bs, **{**kwargs, "drop_last": False})
    return train_dl, valid_dl
