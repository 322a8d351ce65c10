"""Sums over indices by name, masks with `where`, one-hot labels."""

import torch
from torch.nn import functional as F


def linear_backward(x, w, gout):
    gx = torch.einsum("no,io->ni", gout, w)
    gw = torch.einsum("ni,no->io", x, gout)
    gb = torch.einsum("no->o", gout)
    return gx, gw, gb


def relu_backward(x, gout):
    return torch.where(x > 0, gout, torch.zeros_like(gout))


def cross_entropy_backward(logits, y):
    shares = F.softmax(logits, dim=1)
    return (shares - F.one_hot(y, logits.shape[1])) / logits.shape[0]


def mlp_forward_backward(x, y, w1, b1, w2, b2):
    l1 = torch.addmm(b1, x, w1)
    l2 = F.relu(l1)
    out = torch.addmm(b2, l2, w2)
    g = cross_entropy_backward(out, y)
    g, gw2, gb2 = linear_backward(l2, w2, g)
    g = relu_backward(l2, g)  # what came out is positive where what went in is
    g, gw1, gb1 = linear_backward(x, w1, g)
    return F.cross_entropy(out, y), (gw1, gb1, gw2, gb2)
