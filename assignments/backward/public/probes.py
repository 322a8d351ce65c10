"""Experiments for the public checks; each runs on any implementation of `backward`."""

import torch


@torch.inference_mode()
def linear(impl, x, w, gout):
    """Return the three gradients of a linear layer."""
    gx, gw, gb = impl.linear_backward(x, w, gout)
    return [gx, gw, gb]


@torch.inference_mode()
def relu(impl, x, gout):
    """Return the gradient of a ReLU."""
    return impl.relu_backward(x, gout)


@torch.inference_mode()
def cross_entropy(impl, logits, y):
    """Return the gradient of cross entropy."""
    return impl.cross_entropy_backward(logits, y)


@torch.inference_mode()
def network(impl, x, y, weights):
    """Return loss and gradients of a network."""
    loss, (gw1, gb1, gw2, gb2) = impl.mlp_forward_backward(x, y, *weights)
    return {"loss": loss, "gradients": [gw1, gb1, gw2, gb2]}
