"""Fails: logsumexp_matches, log_softmax_matches, cross_entropy_matches.

Says: You took the maximum out of every row, and never put it back. What does dividing
each `exp` by `exp(max)` do to the logarithm of their sum?
"""


def logsumexp(x, dim=-1, keepdim=False):
    top = x.amax(dim, keepdim=True)
    top = top.where(top.isfinite(), 0)
    return (x - top).exp().sum(dim, keepdim=keepdim).log()


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
