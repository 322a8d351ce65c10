"""Torch's own answer, behind the names of the exercise; it runs in the judge only.

Torch has no accuracy; the one here is the line that everybody writes.
"""

import torch
from torch.nn import functional as F

__all__ = ["accuracy", "cross_entropy", "log_softmax", "logsumexp", "nll"]


def logsumexp(x, dim=-1, keepdim=False):
    return torch.logsumexp(x, dim, keepdim=keepdim)


def log_softmax(x, dim=-1):
    return F.log_softmax(x, dim)


def nll(logp, y):
    return F.nll_loss(logp, y)


def cross_entropy(logits, y):
    return F.cross_entropy(logits, y)


def accuracy(out, y):
    if y.shape != out.shape[:1]:
        raise ValueError("labels must have the shape (n,)")
    return (out.argmax(1) == y).float().mean()
