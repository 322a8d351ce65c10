"""Fails: logsumexp_matches, log_softmax_matches, cross_entropy_matches.

Says: The largest number of a row is near its log-sum-exp, and not the same: the others
count, too.
"""


def logsumexp(x, dim=-1, keepdim=False):
    return x.amax(dim, keepdim=keepdim)


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
