"""The loop that trains a network, without an optimizer and without a loader."""

from collections.abc import Callable

import torch
from torch import Tensor, nn


def fit(
    epochs: int,
    model: nn.Module,
    loss_func: Callable[[Tensor, Tensor], Tensor],
    x: Tensor,
    y: Tensor,
    lr: float,
    bs: int,
) -> list[float]:
    """Train *model* in place on the rows of *x*, and return the loss of every batch."""
    model.train()
    history = []
    for _ in range(epochs):
        for start in range(0, len(x), bs):
            loss = loss_func(model(x[start : start + bs]), y[start : start + bs])
            loss.backward()
            with torch.no_grad():
                for p in model.parameters():
                    if p.grad is not None:
                        p -= lr * p.grad
            model.zero_grad()
            history.append(loss.item())
    return history


def report(loss: float | Tensor, preds: Tensor, yb: Tensor) -> None:
    """Print the loss and the accuracy in one line."""
    accuracy = (preds.argmax(dim=1) == yb).float().mean()
    print(f"{loss:.2f}, {accuracy:.2f}")
