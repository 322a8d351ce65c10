"""One-hot labels pick the columns; the maximum is clamped instead of tested."""

import torch
from torch.nn import functional as F


def logsumexp(x, dim=-1, keepdim=False):
    bound = torch.finfo(x.dtype).max
    top = x.amax(dim, keepdim=True).clamp(-bound, bound)
    total = torch.log(torch.sum(torch.exp(x - top), dim, keepdim=True)).add(top)
    return total if keepdim else total.squeeze(dim)


def log_softmax(x, dim=-1):
    return x.sub(logsumexp(x, dim).unsqueeze(dim))


def nll(logp, y):
    if tuple(y.shape) != (len(logp),):
        raise RuntimeError("labels must be a row of n numbers")
    chosen = F.one_hot(y.long(), logp.shape[1]).bool()
    return -logp.masked_select(chosen).mean()


def cross_entropy(logits, y):
    return nll(log_softmax(logits, dim=1), y)


def accuracy(out, y):
    if tuple(y.shape) != (len(out),):
        raise RuntimeError("labels must be a row of n numbers")
    best = out.max(1).indices
    return best.eq(y).double().mean()
