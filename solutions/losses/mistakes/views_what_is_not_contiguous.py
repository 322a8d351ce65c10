"""Fails: scores_may_have_any_layout.

Says: `view` only works on numbers that lie in memory row by row; those of a transposed
tensor do not. Index with rows and columns, or use `reshape`.
"""

import torch


def logsumexp(x, dim=-1, keepdim=False):
    top = x.amax(dim, keepdim=True)
    top = top.where(top.isfinite(), 0)
    total = (x - top).exp().sum(dim, keepdim=True).log() + top
    return total if keepdim else total.squeeze(dim)


def log_softmax(x, dim=-1):
    return x - logsumexp(x, dim, keepdim=True)


def nll(logp, y):
    if y.shape != logp.shape[:1]:
        raise ValueError("one label for each row")
    n, classes = logp.shape
    if ((y < 0) | (y >= classes)).any():
        raise IndexError("no such class")
    return -logp.view(-1)[torch.arange(n) * classes + y].mean()


def cross_entropy(logits, y):
    return nll(log_softmax(logits), y)


def accuracy(out, y):
    if y.shape != out.shape[:1]:
        raise ValueError("one label for each row")
    return (out.argmax(1) == y).float().mean()
