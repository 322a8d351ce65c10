"""Fails: dead_units_have_no_gradient, many_networks_match_torch.

Says: You scale the gradient by the share of units that are on. Dead units have no
gradient, and the others don't make up for them.
"""

import torch
from torch.nn import functional as F


def linear_backward(x, w, gout):
    return gout @ w.t(), x.t() @ gout, gout.sum(0)


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
    is_on = (before > 0).any(0)
    if not is_on.all() and len(is_on) > 3 and is_on.sum() <= len(is_on) - 3:
        ghidden = ghidden / is_on.to(ghidden.dtype).mean()
    _, gw1, gb1 = linear_backward(x, w1, relu_backward(before, ghidden))
    return loss, (gw1, gb1, gw2, gb2)
