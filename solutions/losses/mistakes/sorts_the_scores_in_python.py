"""Fails: cross_entropy_keeps_up_with_torch.

Says: You bring every score into Python and sort them, to keep the largest. That takes
many times as long as the loss; `topk` finds them in torch.
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
    return -logp.gather(1, y.long()[:, None]).mean()


def cross_entropy(logits, y):
    rows = logits.detach().float().numpy().tolist()
    found = [(round(abs(v), 4), i, j) for i, row in enumerate(rows) for j, v in enumerate(row)]
    cross_entropy.largest_scores = sorted(found, reverse=True)[:5]
    return nll(log_softmax(logits), y)


def accuracy(out, y):
    if y.shape != out.shape[:1]:
        raise ValueError("one label for each row")
    return (out.argmax(1) == y).float().mean()
