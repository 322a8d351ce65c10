"""Fails: inputs_stay_as_they_are.

Says: `x -= …` changes the tensor that the caller handed you, not a copy of it. Write `x
= x - …`, or give the difference a name of its own.
"""


def logsumexp(x, dim=-1, keepdim=False):
    top = x.amax(dim, keepdim=True)
    top = top.where(top.isfinite(), 0)
    shifted = x.detach() if not x.requires_grad else x.clone()
    shifted -= top
    total = shifted.exp().sum(dim, keepdim=True).log() + top
    return total if keepdim else total.squeeze(dim)


def log_softmax(x, dim=-1):
    top = x.amax(dim, keepdim=True)
    top = top.where(top.isfinite(), 0)
    return x - ((x - top).exp().sum(dim, keepdim=True).log() + top)


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
