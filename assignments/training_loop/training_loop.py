"""Rebuild the loop that trains a network, without an optimizer and without a loader.

Every framework hides these few lines behind a method called `fit`. For each batch:
predict, compare with the targets, compute gradients, walk a small way downhill.
"""

from collections.abc import Callable

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
    """Train *model* in place on the rows of *x*, and return the loss of every batch.

    1. In every epoch, batch k holds the rows from k * bs on, in the order of *x*;
       the last batch is shorter where *bs* does not divide the number of rows.
    2. Each batch makes one update from its own gradient alone: a parameter p becomes
       `p - lr * p.grad`, in place; one whose `p.grad` is None stays as it is.
    3. The update is not recorded by autograd, which is as it was when `fit` is done.
    4. The model is switched to training mode before the first batch.

    Args:
        epochs: How often to go through all rows; zero changes nothing.
        model: Called once for each batch; it has no gradients yet.
        loss_func: Called as `loss_func(predictions, targets)`; returns a scalar tensor.
        x: Inputs, shape (n, ...), n at least one.
        y: Targets, shape (n, ...) or (n,).
        lr: Learning rate; zero is a number like any other.
        bs: Rows in a batch, at least one; it may be larger than n.

    Returns:
        One Python float for each batch, in order: its loss before its update.
    """
    raise NotImplementedError("fit: update the parameters once for every batch")


def report(loss: float | Tensor, preds: Tensor, yb: Tensor) -> None:
    """Print one line, `0.27, 0.93`: the loss and the accuracy, with two decimals each.

    Args:
        loss: A number, or a tensor with zero dimensions.
        preds: Scores, shape (n, classes); the prediction is the class of the highest.
        yb: The right classes, shape (n,), int64.
    """
    raise NotImplementedError("report: print loss and accuracy in one line")
