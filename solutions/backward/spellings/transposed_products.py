"""The same products from the other side; softmax by hand; all in one function."""

import torch


def linear_backward(x, w, gout):
    gx = (w @ gout.T).T
    gw = (gout.T @ x).T
    ones = torch.ones(len(x), dtype=gout.dtype)
    return gx, gw, ones @ gout


def relu_backward(x, gout):
    return gout.masked_fill(x <= 0, 0.0)


def cross_entropy_backward(logits, y):
    weights = (logits - logits.amax(1, keepdim=True)).exp()
    shares = weights / weights.sum(1, keepdim=True)
    label = torch.zeros_like(shares).scatter(1, y[:, None], 1.0)
    return (shares - label).div(len(logits))


def mlp_forward_backward(x, y, w1, b1, w2, b2):
    a = x.matmul(w1).add(b1)
    h = a.clamp(min=0)
    z = h.matmul(w2).add(b2)
    top = z.amax(1, keepdim=True)
    logp = z - top - (z - top).exp().sum(1, keepdim=True).log()
    loss = -logp[torch.arange(len(y)), y].sum() / len(y)
    gz = cross_entropy_backward(z, y)
    ga = (gz @ w2.t()) * (a > 0).to(gz.dtype)
    return loss, (x.t() @ ga, ga.sum(dim=0), h.t() @ gz, gz.sum(dim=0))
