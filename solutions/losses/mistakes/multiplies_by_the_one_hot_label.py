"""Fails: class_that_is_ruled_out_costs_nothing.

Says: You multiply every log-probability by one or zero. A class that is ruled out has
the log-probability -inf, and zero times infinity is nan; pick the numbers instead.
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
    one_hot = torch.zeros_like(logp).scatter(1, y.long()[:, None], 1.0)
    return -(logp * one_hot).sum(1).mean()


def cross_entropy(logits, y):
    return nll(log_softmax(logits), y)


def accuracy(out, y):
    if y.shape != out.shape[:1]:
        raise ValueError("one label for each row")
    return (out.argmax(1) == y).float().mean()
