"""Fails: logsumexp_matches, log_softmax_matches, cross_entropy_matches.

Says: Your log-sum-exp runs along the rows of a batch, so that one example changes the
result of another. By default the last dimension is summed.
"""


def logsumexp(x, dim=-1, keepdim=False):
    top = x.amax(0, keepdim=True)
    top = top.where(top.isfinite(), 0)
    total = (x - top).exp().sum(0, keepdim=True).log() + top
    return total if keepdim else total.squeeze(0)


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
