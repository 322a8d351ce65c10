"""Train a model and measure it on rows that it does not learn from.

A model can learn its training rows by heart. What it is worth shows on other
rows, the validation set, which are only ever looked at.
"""

from collections.abc import Callable, Iterable
from typing import Any, Protocol

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
    """Return the mean loss and the accuracy of *model* over all rows of *dl*.

    1. Every row counts the same, in batches of unequal size, too.
    2. A prediction is right where the largest of a row's scores stands at its label.
    3. The model runs in evaluation mode, without recording gradients, once for each batch.
       Afterwards mode and recording are as before, also where an exception ended it.
    4. Nothing else of the model changes: parameters, buffers and gradients stay as they are.

    Raises:
        ValueError: If *dl* gives no batch.
    """
    raise NotImplementedError("evaluate: average loss and accuracy over all rows")


def fit(
    epochs: int,
    model: nn.Module,
    loss_func: Loss,
    opt: Optimizer,
    dls: tuple[Batches, Batches],
) -> list[dict[str, float]]:
    """Train *model* for some epochs, validating after each; return one record for each epoch.

    *dls* are a loader of batches for training and one for validation, as `get_dls` makes them.
    A record has `train_loss`, the mean over all rows of the losses as they were while
    training, and `valid_loss` and `accuracy` of the second loader after the epoch.

    1. Each training batch makes one step, with the gradient of this batch alone.
    2. The model trains in training mode, in whatever mode it came.
    3. Losses go into the record as numbers: no batch's graph outlives the next batch.
    """
    raise NotImplementedError("fit: train on every batch, then validate, in every epoch")


def get_dls(
    train_ds: Dataset[Any], valid_ds: Dataset[Any], bs: int, **kwargs: Any
) -> tuple[DataLoader[Any], DataLoader[Any]]:
    """Return torch's loaders for training and validation.

    The first shuffles and gives *bs* rows at a time; the second gives 2 * *bs* rows, in order.
    Both get *kwargs*, but for `drop_last`: validation never leaves rows out.
    """
    raise NotImplementedError("get_dls: make a loader for training and one for validation")
