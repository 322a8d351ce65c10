"""Rebuild the way from a classifier's scores to its loss: what `F.cross_entropy` does.

Each function is short, and builds on the one before it. The scores may be of any
size, so `exp` must never see a large number.
"""

from torch import Tensor


def logsumexp(x: Tensor, dim: int = -1, keepdim: bool = False) -> Tensor:
    """Return log(sum(exp(x))) along *dim*, exact also where exp(x) is infinite or zero.

    1. *dim* is gone from the result; with *keepdim* it stays, with length 1.
    2. Where all of *x* is -inf, so is the result; where some of *x* is +inf, so is the result.
    3. *x* is of a floating-point dtype, which the result has, too; *x* is not changed.

    Args:
        x: Any numbers, at least one along *dim*.
        dim: The dimension to sum over, as torch counts it.
        keepdim: Whether the result keeps *dim*.
    """
    raise NotImplementedError("logsumexp: sum exponentials along dim without overflow")


def log_softmax(x: Tensor, dim: int = -1) -> Tensor:
    """Return the logarithm of softmax along *dim*, in the shape of *x*.

    A probability may be too small for its dtype; its logarithm is exact all the same.
    """
    raise NotImplementedError("log_softmax: return log-probabilities along dim")


def nll(logp: Tensor, y: Tensor) -> Tensor:
    """Return the mean of `-logp[i, y[i]]`, the negative log-likelihood of the labels.

    Args:
        logp: Log-probabilities, shape (n, classes).
        y: Labels, int64 or uint8, shape (n,).

    Returns:
        A tensor with zero dimensions, through which gradients flow; nan where n is 0.

    Raises:
        IndexError: If a label is not in 0 … classes - 1 (negative ones count as wrong).
        ValueError: If *y* has not the shape (n,). For either, `RuntimeError` is right, too.
    """
    raise NotImplementedError("nll: average the negative log-probability of each label")


def cross_entropy(logits: Tensor, y: Tensor) -> Tensor:
    """Return the mean cross entropy of raw scores; labels and result are those of `nll`.

    A score may be -inf: the model rules that class out, and rows with other labels stay finite.

    Args:
        logits: Raw scores, shape (n, classes).
        y: Labels, shape (n,).
    """
    raise NotImplementedError("cross_entropy: go from raw scores to the loss")


def accuracy(out: Tensor, y: Tensor) -> Tensor:
    """Return the share of rows of *out* whose largest score stands at the label.

    Args:
        out: Scores, shape (n, classes); which class counts in a tie is left open.
        y: Labels, int64 or uint8, shape (n,).

    Returns:
        A floating-point tensor with zero dimensions, in [0, 1]; nan where n is 0.

    Raises:
        ValueError: If *y* has not the shape (n,); `RuntimeError` is right, too.
    """
    raise NotImplementedError("accuracy: return the share of rows that are right")
