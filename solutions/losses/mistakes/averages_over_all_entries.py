"""Fails: nll_of_one_row_is_minus_its_entry, cross_entropy_matches.

Says: You take the mean over all entries, the zeros of the other classes included. The
mean is over the rows: one number for each label.
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
    picked = torch.zeros_like(logp).scatter(1, y.long()[:, None], 1.0).bool()
    return -logp.where(picked, 0).mean()


def cross_entropy(logits, y):
    return nll(log_softmax(logits), y)


def accuracy(out, y):
    if y.shape != out.shape[:1]:
        raise ValueError("one label for each row")
    return (out.argmax(1) == y).float().mean()
