"""Fails: infinite_numbers_have_a_sum.

Says: You replace nan in the input by a number. A nan in the scores means that the model
is broken, and a loss that looks healthy hides it.
"""

import math


def logsumexp(x, dim=-1, keepdim=False):
    x = x.nan_to_num(0.0, math.inf, -math.inf)
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
    return (out.argmax(1) == y).float().mean()
