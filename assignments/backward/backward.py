"""Rebuild what `loss.backward()` does for a network with one hidden layer.

Every function gets the gradient of the loss with respect to its output, *gout*, and
returns the gradients with respect to its inputs. Autograd is off limits here.
"""

from torch import Tensor


def linear_backward(x: Tensor, w: Tensor, gout: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return the gradients of `x @ w + b` with respect to x, w and b, in this order.

    Args:
        x: Inputs, shape (n, n_in).
        w: Weights, shape (n_in, n_out): not transposed, unlike those of `nn.Linear`.
        gout: Gradient with respect to the output, shape (n, n_out).

    Returns:
        The tuple (gx, gw, gb), in the shapes of x, w and b; b has the shape (n_out,).
        Nothing is divided by n here.
    """
    raise NotImplementedError("linear_backward: return the gradients of x, w and b")


def relu_backward(x: Tensor, gout: Tensor) -> Tensor:
    """Return the gradient of `x.relu()` with respect to x; at exactly 0 it is 0.

    Args:
        x: What went into the ReLU, any shape.
        gout: Gradient with respect to what came out, in the same shape.
    """
    raise NotImplementedError("relu_backward: let the gradient pass where x was positive")


def cross_entropy_backward(logits: Tensor, y: Tensor) -> Tensor:
    """Return the gradient of `F.cross_entropy(logits, y)`, a mean over rows.

    Args:
        logits: Raw scores of any size, shape (n, classes).
        y: Labels, int64, shape (n,).
    """
    raise NotImplementedError("cross_entropy_backward: return the gradient of the mean loss")


def mlp_forward_backward(
    x: Tensor, y: Tensor, w1: Tensor, b1: Tensor, w2: Tensor, b2: Tensor
) -> tuple[Tensor, tuple[Tensor, Tensor, Tensor, Tensor]]:
    """Return the loss of a network, and its gradients with respect to w1, b1, w2, b2.

    The network is `relu(x @ w1 + b1) @ w2 + b2`, the loss is cross entropy, a mean over rows.
    For the loss itself, `F.cross_entropy` is allowed.

    Args:
        x: Inputs, shape (n, n_in).
        y: Labels, int64, shape (n,).
        w1: Weights, shape (n_in, n_hidden).
        b1: Biases, shape (n_hidden,).
        w2: Weights, shape (n_hidden, classes).
        b2: Biases, shape (classes,).

    Returns:
        (loss, (gw1, gb1, gw2, gb2)): the loss has no dimension, each gradient the shape of its own.
    """
    raise NotImplementedError("mlp_forward_backward: go forward, then backward through all layers")
