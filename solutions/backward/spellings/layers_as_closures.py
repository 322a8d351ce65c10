"""Each layer hands out its own way back, as a tape would."""

import torch
from torch.nn import functional as F


def linear_backward(x, w, gout):
    return torch.mm(gout, w.t()), torch.mm(x.t(), gout), torch.sum(gout, dim=0)


def relu_backward(x, gout):
    return torch.sign(x).clamp_(min=0).mul_(gout)


def cross_entropy_backward(logits, y):
    g = torch.log_softmax(logits, dim=-1).exp_()
    g.index_put_((torch.arange(len(y)), y), g.new_tensor(-1.0), accumulate=True)
    return g.div_(len(y))


def mlp_forward_backward(x, y, w1, b1, w2, b2):
    found, tape = [], []
    h = x
    for w, b, is_last in ((w1, b1, False), (w2, b2, True)):
        z = h @ w + b
        tape.append((h, w, z, is_last))
        h = z if is_last else z.relu()
    g = cross_entropy_backward(h, y)
    for before, w, z, is_last in reversed(tape):
        g = g if is_last else relu_backward(z, g)
        g, gw, gb = linear_backward(before, w, g)
        found = [gw, gb, *found]
    return F.cross_entropy(h, y), tuple(found)
