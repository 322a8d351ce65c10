"""Fails: logsumexp_sums_along_any_dimension, keepdim_keeps_the_dimension,
log_softmax_runs_along_any_dimension, every_dtype_matches_torch.

Says: Your log-sum-exp runs along the last dimension, whatever `dim` says.
"""


def logsumexp(x, dim=-1, keepdim=False):
    top = x.amax(-1, keepdim=True)
    top = top.where(top.isfinite(), 0)
    total = (x - top).exp().sum(-1, keepdim=True).log() + top
    return total if keepdim else total.squeeze(-1)


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
