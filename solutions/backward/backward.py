"""The gradients of a network with one hidden layer, by hand."""

import torch
from torch import Tensor
from torch.nn import functional as F


def linear_backward(x: Tensor, w: Tensor, gout: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return the gradients of `x @ w + b` with respect to x, w and b, in this order."""
    gx = gout @ w.t()  # (n, n_out) @ (n_out, n_in)
    gw = x.t() @ gout  # (n_in, n) @ (n, n_out), which sums over the rows
    gb = gout.sum(0)  # (n_out,)
    return gx, gw, gb


def relu_backward(x: Tensor, gout: Tensor) -> Tensor:
    """Return the gradient of `x.relu()` with respect to x; at exactly 0 it is 0."""
    return gout * (x > 0)


def cross_entropy_backward(logits: Tensor, y: Tensor) -> Tensor:
    """Return the gradient of `F.cross_entropy(logits, y)`, a mean over rows."""
    glogits = logits.softmax(1)  # (n, classes)
    glogits[torch.arange(len(y)), y] -= 1
    return glogits / len(y)


def mlp_forward_backward(
    x: Tensor, y: Tensor, w1: Tensor, b1: Tensor, w2: Tensor, b2: Tensor
) -> tuple[Tensor, tuple[Tensor, Tensor, Tensor, Tensor]]:
    """Return the loss of a network, and its gradients with respect to w1, b1, w2, b2."""
    before = x @ w1 + b1  # (n, n_hidden)
    hidden = before.relu()
    logits = hidden @ w2 + b2  # (n, classes)
    loss = F.cross_entropy(logits, y)

    glogits = cross_entropy_backward(logits, y)
    ghidden, gw2, gb2 = linear_backward(hidden, w2, glogits)
    _, gw1, gb1 = linear_backward(x, w1, relu_backward(before, ghidden))
    return loss, (gw1, gb1, gw2, gb2)
