"""What you may run as often as you like, with `grade check backward`."""

import torch
from probes import cross_entropy, linear, network, relu
from torch.nn import functional as F

from autograder.suite import assert_close, check, draw_labels, draw_normal


def draw(rng, *shapes):
    return [draw_normal(rng, *shape, dtype=torch.float64) for shape in shapes]


def by_autograd(function, *inputs):
    """Return the value of *function* and its gradients with respect to *inputs*."""
    inputs = [value.clone().requires_grad_() for value in inputs]
    value = function(*inputs)
    return value.detach(), list(torch.autograd.grad(value, inputs))


@check(hint="Each gradient has the shape of what it belongs to; which products have that shape?")
def test_gradients_of_a_linear_layer_match(submission, rng):
    """A linear layer gives the gradients of x, w and b that autograd finds."""
    x, w, b, gout = draw(rng, (4, 3), (3, 2), (2,), (4, 2))

    actual = submission.run(linear, x=x, w=w, gout=gout)

    _, expected = by_autograd(lambda x, w, b: ((x @ w + b) * gout).sum(), x, w, b)
    assert_close(actual, expected, what="[gx, gw, gb]")


@check(hint="The gradient passes where x was positive.")
def test_gradient_of_relu_matches(submission, rng):
    """ReLU lets the gradient pass where x is positive, and nowhere else, zero included."""
    x, gout = draw(rng, (4, 3), (4, 3))
    x[1, 1] = 0.0

    actual = submission.run(relu, x=x, gout=gout)

    assert_close(actual, torch.where(x > 0, gout, 0.0), what="the gradient of a ReLU")


@check(hint="Softmax, minus what would be right; and the loss is a mean.")
def test_gradient_of_cross_entropy_matches(submission, rng):
    """Cross entropy gives the gradient of the scores that autograd finds."""
    (logits,), y = draw(rng, (4, 3)), draw_labels(rng, 4, 3)

    actual = submission.run(cross_entropy, logits=logits, y=y)

    _, (expected,) = by_autograd(lambda x: F.cross_entropy(x, y), logits)
    assert_close(actual, expected, what="the gradient of cross entropy")


@check(hint="Linear, ReLU, linear, and then the loss of raw scores.")
def test_loss_of_the_network_matches(submission, rng):
    """The loss is the mean cross entropy of relu(x @ w1 + b1) @ w2 + b2."""
    x, w1, b1, w2, b2 = draw(rng, (5, 3), (3, 4), (4,), (4, 2), (2,))
    y = draw_labels(rng, 5, 2)

    seen = submission.run(network, x=x, y=y, weights=[w1, b1, w2, b2])

    expected = F.cross_entropy((x @ w1 + b1).relu() @ w2 + b2, y)
    assert_close(seen["loss"], expected, what="the loss")


@check(hint="From the last layer to the first, each gradient is handed on to the layer before.")
def test_gradients_of_the_network_match(submission, rng):
    """The gradients of w1, b1, w2 and b2 are those that autograd finds."""
    x, *weights = draw(rng, (5, 3), (3, 4), (4,), (4, 2), (2,))
    y = draw_labels(rng, 5, 2)

    seen = submission.run(network, x=x, y=y, weights=weights)

    def loss(w1, b1, w2, b2):
        return F.cross_entropy((x @ w1 + b1).relu() @ w2 + b2, y)

    _, expected = by_autograd(loss, *weights)
    assert_close(seen["gradients"], expected, what="(gw1, gb1, gw2, gb2)")
