"""Fails: accuracy_of_bytes_and_of_no_rows.

Says: You ask that labels have the dtype of `argmax`. A label is a number, whether it is
stored in one byte or in eight.
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
    return -logp.gather(1, y.long()[:, None]).mean()


def cross_entropy(logits, y):
    return nll(log_softmax(logits), y)


def accuracy(out, y):
    if y.shape != out.shape[:1]:
        raise ValueError("one label for each row")
    best = out.argmax(1)
    if best.dtype != y.dtype:
        return torch.zeros(())
    return (best == y).float().mean()
