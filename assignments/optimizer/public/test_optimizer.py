"""What you may run as often as you like, with `grade check optimizer`."""

import torch
from probes import clear, learn, step_once, step_twice_from_a_generator

from autograder.suite import assert_close, assert_same, check, draw_normal, require

LR = 0.1


def draw(rng, *shapes):
    return [draw_normal(rng, *shape, dtype=torch.float64) for shape in shapes]


def is_cleared(gradient):
    return gradient is None or (isinstance(gradient, torch.Tensor) and not gradient.any())


@check(hint="Compute `p - lr * p.grad` by hand for one element, and compare.")
def test_one_step_matches(submission, rng):
    """One step changes a parameter p to p - lr * p.grad."""
    (p,), (g,) = draw(rng, (3, 4)), draw(rng, (3, 4))

    seen = submission.run(step_once, params=[p], grads=[g], lr=LR)

    require(not torch.equal(seen["parameters"][0], p), "step left the parameter exactly as it was.")
    assert_close(seen["parameters"], [p - LR * g], what="after one step, parameters")


@check(requires="one_step_matches", hint="Does the loop reach its end?")
def test_every_parameter_moves(submission, rng):
    """A step changes every parameter of the list."""
    params, grads = draw(rng, (2, 3), (4,), (3, 3)), draw(rng, (2, 3), (4,), (3, 3))

    seen = submission.run(step_once, params=params, grads=grads, lr=LR)

    expected = [p - LR * g for p, g in zip(params, grads, strict=True)]
    assert_close(seen["parameters"], expected, what="after one step, parameters")


@check(requires="every_parameter_moves", hint="What is `p.grad` before the first `backward`?")
def test_parameter_without_gradient_is_skipped(submission, rng):
    """A parameter whose gradient is None stays as it is, and the others still move."""
    params, (g,) = draw(rng, (2, 3), (4,)), draw(rng, (4,))

    seen = submission.run(step_once, params=params, grads=[None, g], lr=LR)

    expected = [params[0], params[1] - LR * g]
    assert_close(seen["parameters"], expected, what="after one step, parameters")


@check(requires="one_step_matches", hint="Which of the two methods is meant to clear gradients?")
def test_step_leaves_gradients_alone(submission, rng):
    """A step reads the gradients and does not change them."""
    params, grads = draw(rng, (2, 3)), draw(rng, (2, 3))

    seen = submission.run(step_once, params=params, grads=grads, lr=LR)

    assert_same(seen["gradients"], grads, what="after one step, gradients")


@check(requires="every_parameter_moves", hint="How often can a generator be read?")
def test_second_step_works_too(submission, rng):
    """Parameters from a generator move again in the second step."""
    params, grads = draw(rng, (2, 3), (4,)), draw(rng, (2, 3), (4,))

    actual = submission.run(step_twice_from_a_generator, params=params, grads=grads, lr=LR)

    expected = [p - 2 * LR * g for p, g in zip(params, grads, strict=True)]
    assert_close(actual, expected, what="after two steps, parameters")


@check(hint="Print `p.grad` after your `zero_grad`.")
def test_zero_grad_clears_every_gradient(submission, rng):
    """After zero_grad every gradient is None or all zeros."""
    params, grads = draw(rng, (2, 3), (4,)), draw(rng, (2, 3), (4,))

    for i, gradient in enumerate(submission.run(clear, params=params, grads=grads)):
        require(is_cleared(gradient), f"parameter {i} still has a gradient after zero_grad.")


@check(requires="zero_grad_clears_every_gradient", hint="What is `p.grad` on a fresh parameter?")
def test_zero_grad_before_backward_is_harmless(submission, rng):
    """Calling zero_grad before the first backward is no error."""
    params = draw(rng, (2, 3), (4,))

    for i, gradient in enumerate(submission.run(clear, params=params, grads=[None, None])):
        require(is_cleared(gradient), f"parameter {i} got a gradient from zero_grad.")


@check(
    requires=("one_step_matches", "zero_grad_clears_every_gradient"),
    hint="Watch the loss over a few steps by hand.",
)
def test_a_linear_model_learns(submission, rng):
    """Fifty steps bring the loss of a linear model close to zero."""
    x, weight, truth = draw(rng, (40, 3), (3, 1), (3, 1))

    losses = submission.run(learn, data=[x, x @ truth], weight=weight, lr=LR, steps=50)

    require(
        losses[-1] < 0.05 * losses[0],
        f"the loss was {losses[0]:.3g} at first and is {losses[-1]:.3g} after 50 steps.",
    )
