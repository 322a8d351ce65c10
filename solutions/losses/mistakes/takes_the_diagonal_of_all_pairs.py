"""Fails: cross_entropy_does_little_work.

Says: You pick the column of every label for every row, n times n numbers, and keep the
diagonal. Two indices, for row and column, pick the n numbers at once.
"""


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
    if (y < 0).any():
        raise IndexError("negative label")
    return -logp[:, y.long()].diagonal().mean()


def cross_entropy(logits, y):
    return nll(log_softmax(logits), y)


def accuracy(out, y):
    if y.shape != out.shape[:1]:
        raise ValueError("one label for each row")
    return (out.argmax(1) == y).float().mean()
