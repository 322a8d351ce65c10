"""Fails: inputs_of_layers_stay_as_they_are.

Says: You write into gout, which belongs to the caller: the layer behind may still need
it.
"""

import torch
from torch.nn import functional as F


def linear_backward(x, w, gout):
    gb = gout.sum(0)
    gx = gout @ w.t()
    gw = x.t() @ gout
    gout.zero_()
    return gx, gw, gb


def relu_backward(x, gout):
    return gout * (x > 0)


def cross_entropy_backward(logits, y):
    glogits = logits.softmax(1)
    glogits[torch.arange(len(y)), y] -= 1
    return glogits / len(y)


def mlp_forward_backward(x, y, w1, b1, w2, b2):
    before = x @ w1 + b1
    hidden = before.relu()
    logits = hidden @ w2 + b2
    loss = F.cross_entropy(logits, y)
    ghidden, gw2, gb2 = linear_backward(hidden, w2, cross_entropy_backward(logits, y))
    _, gw1, gb1 = linear_backward(x, w1, relu_backward(before, ghidden))
    return loss, (gw1, gb1, gw2, gb2)
