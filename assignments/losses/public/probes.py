"""Experiments for the public checks; each runs on any implementation of `losses`."""

import torch


def logsumexp_of(impl, x):
    """Return the log-sum-exp of the rows of *x*."""
    return impl.logsumexp(x)


def log_softmax_of(impl, x):
    """Return the log-softmax of the rows of *x*."""
    return impl.log_softmax(x)


def nll_of(impl, logp, y):
    """Return the negative log-likelihood of the labels."""
    return impl.nll(logp, y)


@torch.enable_grad()
def cross_entropy_of(impl, logits, y):
    """Return the cross entropy and its gradient."""
    x = logits.clone().requires_grad_()
    loss = impl.cross_entropy(x, y)
    loss.backward()
    return {"loss": loss.detach(), "gradient": x.grad}


def accuracy_of(impl, out, y):
    """Return the accuracy, as a Python number."""
    return float(impl.accuracy(out, y))
