"""Experiments on gradients by hand.

Most run in inference mode, in which autograd has nothing to go back through.
"""

import torch
from torch import nn

from autograder.probing import Operations

_WEIGHTS = ("w1", "b1", "w2", "b2")
_grad_of = torch._C.TensorBase.grad.__get__  # noqa: SLF001 - as torch answers, whatever a subclass says


@torch.inference_mode()
def linear(impl, x, w, gout):
    """Return the three gradients of a linear layer, by name."""
    gx, gw, gb = impl.linear_backward(x, w, gout)
    return {"x": gx, "w": gw, "b": gb}


@torch.inference_mode()
def relu(impl, x, gout):
    """Return the gradient of a ReLU."""
    return impl.relu_backward(x, gout)


@torch.inference_mode()
def cross_entropy(impl, logits, y):
    """Return the gradient of cross entropy."""
    return impl.cross_entropy_backward(logits, y)


def _named(result):
    loss, gradients = result
    gw1, gb1, gw2, gb2 = gradients
    return {"loss": loss, "w1": gw1, "b1": gb1, "w2": gw2, "b2": gb2}


@torch.inference_mode()
def network(impl, x, y, weights):
    """Return loss and gradients of a network, by name."""
    return _named(impl.mlp_forward_backward(x, y, *weights))


@torch.inference_mode()
def networks(impl, cases):
    """Return loss and gradients of many networks, by name."""
    return [_named(impl.mlp_forward_backward(x, y, *weights)) for x, y, weights in cases]


@torch.inference_mode()
def network_twice(impl, x, y, weights):
    """Return loss and gradients of two calls with the same network."""
    first = _named(impl.mlp_forward_backward(x, y, *weights))
    first = {name: value.clone() for name, value in first.items()}
    return [first, _named(impl.mlp_forward_backward(x, y, *weights))]


@torch.inference_mode()
def transposed(impl, x, y, weights):
    """Return loss and gradients where x and all matrices are transposed views."""
    x, w1, w2 = (t.t().contiguous().t() for t in (x, weights[0], weights[2]))
    return _named(impl.mlp_forward_backward(x, y, w1, weights[1], w2, weights[3]))


@torch.inference_mode()
def inputs_of_layers(impl, x, w, gout, logits, y):
    """Return what the three layers leave of their inputs."""
    seen = {}
    a, b, c = x.clone(), w.clone(), gout.clone()
    impl.linear_backward(a, b, c)
    seen["linear_backward"] = [a, b, c]
    a, c = gout.clone(), gout.clone()
    impl.relu_backward(a, c)
    seen["relu_backward"] = [a, c]
    a, b = logits.clone(), y.clone()
    impl.cross_entropy_backward(a, b)
    seen["cross_entropy_backward"] = [a, b]
    return seen


@torch.inference_mode()
def inputs_of_network(impl, x, y, weights):
    """Return what a network leaves of its inputs."""
    given = [x.clone(), y.clone(), *(w.clone() for w in weights)]
    impl.mlp_forward_backward(*given)
    return given


@torch.enable_grad()
def with_parameters(impl, x, y, weights):
    """Return loss and gradients where the weights are parameters and autograd records."""
    parameters = [nn.Parameter(w.clone()) for w in weights]
    seen = _named(impl.mlp_forward_backward(x, y, *parameters))
    return {
        "seen": {name: value.detach() for name, value in seen.items()},
        "gradients left": [_grad_of(p) is not None for p in parameters],
        "recording": torch.is_grad_enabled(),
        "parameters": [p.detach() for p in parameters],
    }


@torch.inference_mode()
def work_of_linear(impl, x, w, gout):
    """Return how many operations a linear layer runs and how many elements they write."""
    with Operations() as work:
        impl.linear_backward(x, w, gout)
    return work.summary()


@torch.inference_mode()
def work_of_network(impl, x, y, weights):
    """Return how many operations a network runs and how many elements they write."""
    with Operations() as work:
        impl.mlp_forward_backward(x, y, *weights)
    return work.summary()


@torch.inference_mode()
def train(impl, x, y, weights, lr, steps):
    """Train a network by plain gradient descent; return loss and weights on the way."""
    weights = [w.clone() for w in weights]
    seen = {}
    for t in range(1, steps + 1):
        found = _named(impl.mlp_forward_backward(x, y, *weights))
        for w, name in zip(weights, _WEIGHTS, strict=True):
            w.sub_(lr * found[name])
        if t % 10 == 0:
            seen[f"at step {t}"] = {"loss": found["loss"], "weights": [w.clone() for w in weights]}
    return seen


def linear_gradients(impl, repeats, seed, rows, n_in, n_out):
    """Time *repeats* backward passes of a linear layer, each on inputs of its own."""
    generator = torch.Generator().manual_seed(seed)
    # Windows of one buffer: inputs are new each time, and none has to be drawn by itself.
    size = rows * n_in
    spare = 2 + repeats // n_in
    buffer = torch.randn(rows + spare, 1, generator=generator)
    buffer = (buffer + torch.randn(n_in, generator=generator)).flatten()
    gouts = torch.randn(rows * n_out + repeats, generator=generator)
    w = torch.randn(n_in, n_out, generator=generator)
    total = {"x": torch.zeros(n_in), "w": torch.zeros(n_in, n_out), "b": torch.zeros(n_out)}
    yield
    for t in range(repeats):
        x = buffer[t:][:size].view(rows, n_in)
        gx, gw, gb = impl.linear_backward(x, w, gouts[t:][: rows * n_out].view(rows, n_out))
        total["x"] += gx.sum(0)
        total["w"] += gw
        total["b"] += gb
    return total
