"""Fails: log_softmax_matches, cross_entropy_matches.

Says: A small number inside the logarithm keeps -inf away and puts a wrong value in its
place: no label can then cost more than 20. Subtract logarithms, and nothing need be
added.
"""


def logsumexp(x, dim=-1, keepdim=False):
    top = x.amax(dim, keepdim=True)
    top = top.where(top.isfinite(), 0)
    total = (x - top).exp().sum(dim, keepdim=True).log() + top
    return total if keepdim else total.squeeze(dim)


def log_softmax(x, dim=-1):
    weights = (x - x.amax(dim, keepdim=True)).exp()
    return (weights / weights.sum(dim, keepdim=True) + 1e-9).log()


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
