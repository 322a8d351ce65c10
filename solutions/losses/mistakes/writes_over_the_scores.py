"""Fails: scores_and_labels_stay_as_they_are.

Says: You subtract the maximum from the caller's own scores. Whoever computes the
accuracy next gets other numbers.
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
    with torch.no_grad():
        logits -= logits.amax(1, keepdim=True)
    return nll(log_softmax(logits), y)


def accuracy(out, y):
    if y.shape != out.shape[:1]:
        raise ValueError("one label for each row")
    return (out.argmax(1) == y).float().mean()
