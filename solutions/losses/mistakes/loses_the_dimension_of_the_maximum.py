"""Fails: logsumexp_matches, log_softmax_matches, cross_entropy_matches.

Says: The maxima have lost the dimension that they were taken along, so that they line
up with columns instead of rows. Let the maximum keep its dimension.
"""


def logsumexp(x, dim=-1, keepdim=False):
    top = x.amax(dim)
    top = top.where(top.isfinite(), 0)
    total = (x - top).exp().sum(dim).log() + top
    return total.unsqueeze(dim) if keepdim else total


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
