"""Fails: every_row_has_its_own_scale, unlikely_classes_keep_their_logarithm,
gradient_is_softmax_minus_label, empty_batch_has_no_loss, cross_entropy_matches_torch.

Says: You take out the largest number of the whole tensor, and `exp` makes zeros of
every row far below it. Each row has a maximum of its own.
"""


def logsumexp(x, dim=-1, keepdim=False):
    top = x.max()
    top = top.where(top.isfinite(), 0)
    return (x - top).exp().sum(dim, keepdim=keepdim).log() + top


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
