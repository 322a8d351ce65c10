"""The way from a classifier's scores to its loss, as `F.cross_entropy` goes it."""

from torch import Tensor


def logsumexp(x: Tensor, dim: int = -1, keepdim: bool = False) -> Tensor:
    """Return log(sum(exp(x))) along *dim*, exact also where exp(x) is infinite or zero."""
    top = x.amax(dim, keepdim=True)  # one number for each sum
    top = top.where(top.isfinite(), 0)  # inf - inf would be nan
    total = (x - top).exp().sum(dim, keepdim=True).log() + top
    return total if keepdim else total.squeeze(dim)


def log_softmax(x: Tensor, dim: int = -1) -> Tensor:
    """Return the logarithm of softmax along *dim*, in the shape of *x*."""
    return x - logsumexp(x, dim, keepdim=True)


def nll(logp: Tensor, y: Tensor) -> Tensor:
    """Return the mean of `-logp[i, y[i]]`, the negative log-likelihood of the labels."""
    _require_one_label_per_row(logp, y)
    # Unlike an index, `gather` doesn't take -1 for the last class.
    return -logp.gather(1, y.long()[:, None]).mean()  # (n, 1), then ()


def cross_entropy(logits: Tensor, y: Tensor) -> Tensor:
    """Return the mean cross entropy of raw scores."""
    return nll(log_softmax(logits), y)


def accuracy(out: Tensor, y: Tensor) -> Tensor:
    """Return the share of rows of *out* whose largest score stands at the label."""
    _require_one_label_per_row(out, y)
    return (out.argmax(1) == y).float().mean()


def _require_one_label_per_row(rows: Tensor, y: Tensor) -> None:
    if y.shape != rows.shape[:1]:
        raise ValueError(f"{len(rows)} rows need labels of shape (n,), got {tuple(y.shape)}")
