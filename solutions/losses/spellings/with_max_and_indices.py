"""As the lesson writes it, with `max` and an index for rows and columns."""

import torch


def logsumexp(x, dim=-1, keepdim=False):
    top = x.max(dim, keepdim=True)[0].detach()
    top = torch.where(torch.isinf(top), torch.zeros_like(top), top)
    total = top + (x - top).exp().sum(dim, keepdim=True).log()
    return total if keepdim else total.squeeze(dim)


def log_softmax(x, dim=-1):
    return x - logsumexp(x, dim, True)


def nll(logp, y):
    if y.ndim != 1 or len(y) != len(logp):
        raise ValueError("one label for each row")
    y = y.long()
    if ((y < 0) | (y >= logp.shape[1])).any():
        raise IndexError("no such class")
    return -logp[range(len(y)), y].mean()


def cross_entropy(logits, y):
    return nll(log_softmax(logits), y)


def accuracy(out, y):
    if y.ndim != 1 or len(y) != len(out):
        raise ValueError("one label for each row")
    return (torch.argmax(out, dim=1) == y).float().mean()
