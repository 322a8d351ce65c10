"""Fails: inputs_stay_as_they_are, scores_and_labels_stay_as_they_are.

Says: Your `log_softmax` writes its result over the scores that it was given. The caller
still needs them; return a new tensor.
"""


def logsumexp(x, dim=-1, keepdim=False):
    top = x.amax(dim, keepdim=True)
    top = top.where(top.isfinite(), 0)
    total = (x - top).exp().sum(dim, keepdim=True).log() + top
    return total if keepdim else total.squeeze(dim)


def log_softmax(x, dim=-1):
    normaliser = logsumexp(x, dim, keepdim=True)
    return x.sub_(normaliser) if not x.requires_grad else x - normaliser


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
