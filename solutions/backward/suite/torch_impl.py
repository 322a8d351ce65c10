"""Autograd's own answer, behind the names of the exercise; it runs in the judge only.

Differs: linear_layer_does_little_work.
"""

import torch
from torch.nn import functional as F

__all__ = ["cross_entropy_backward", "linear_backward", "mlp_forward_backward", "relu_backward"]


def _leaves(*tensors):
    """Return tensors that autograd can follow, whatever mode the caller is in.

    What goes back is always a sum: with `grad_outputs` torch imports parts of its compiler,
    which takes longer than all the rest.
    """
    return [(t.clone() if t.is_inference() else t.detach()).requires_grad_() for t in tensors]


def linear_backward(x, w, gout):
    with torch.inference_mode(mode=False), torch.enable_grad():
        gout = gout.clone() if gout.is_inference() else gout
        leaves = _leaves(x, w, gout.new_zeros(gout.shape[1:]))
        x, w, b = leaves
        return torch.autograd.grad(((x @ w + b) * gout).sum(), leaves)


def relu_backward(x, gout):
    with torch.inference_mode(mode=False), torch.enable_grad():
        gout = gout.clone() if gout.is_inference() else gout
        (x,) = _leaves(x)
        return torch.autograd.grad((x.relu() * gout).sum(), x)[0]


def cross_entropy_backward(logits, y):
    with torch.inference_mode(mode=False), torch.enable_grad():
        (logits,) = _leaves(logits)
        return torch.autograd.grad(F.cross_entropy(logits, y.clone()), logits)[0]


def mlp_forward_backward(x, y, w1, b1, w2, b2):
    with torch.inference_mode(mode=False), torch.enable_grad():
        weights = w1, b1, w2, b2 = _leaves(w1, b1, w2, b2)
        x, y = x.detach().clone(), y.clone()
        loss = F.cross_entropy((x @ w1 + b1).relu() @ w2 + b2, y)
        return loss.detach(), torch.autograd.grad(loss, weights)
