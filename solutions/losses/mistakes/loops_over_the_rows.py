"""Fails: cross_entropy_does_little_work.

Says: You go through the rows in a Python loop, which takes a handful of operations for
each. Torch picks the numbers of all rows in one.
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
    if y.shape != logits.shape[:1]:
        raise ValueError("one label for each row")
    if not len(y):
        return log_softmax(logits).mean()
    losses = [
        nll(log_softmax(row[None]), label[None]) for row, label in zip(logits, y, strict=True)
    ]
    return torch.stack(losses).mean()


def accuracy(out, y):
    if y.shape != out.shape[:1]:
        raise ValueError("one label for each row")
    return (out.argmax(1) == y).float().mean()
