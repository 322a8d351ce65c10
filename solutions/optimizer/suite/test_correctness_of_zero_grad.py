"""What `zero_grad` does, and what it leaves as it was; no check here calls `step`."""

import torch
from probes import (
    clear,
    clear_again_and_again,
    gradients_of_rounds,
    many_clearings,
    work_of_zero_grad,
)

from autograder.suite import (
    assert_budget,
    assert_close,
    assert_same,
    check,
    draw_normal,
    require,
)

SHAPES = ((3, 5), (4, 4), (7,))


def draw(rng, *shapes):
    return [draw_normal(rng, *shape, dtype=torch.float64) for shape in shapes]


def is_unchanged(actual, before):
    return isinstance(actual, torch.Tensor) and torch.equal(actual, before)


def is_cleared(gradient):
    return gradient is None or (isinstance(gradient, torch.Tensor) and not gradient.any())


def require_cleared(gradients, after, count=3):
    require(len(gradients) == count, f"expected {count} gradients, got {len(gradients)}")
    for i, gradient in enumerate(gradients):
        require(
            is_cleared(gradient),
            f"the gradient of parameter {i} is neither None nor all zeros after {after}.",
        )


@check(points=3, hint="Print `p.grad` after your `zero_grad`.")
def test_zero_grad_clears_every_gradient(submission, rng):
    """After zero_grad every gradient is None or all zeros."""
    params, grads = draw(rng, *SHAPES), draw(rng, *SHAPES)

    seen = submission.run(clear, params=params, grads=grads)

    for i, (after, gradient) in enumerate(zip(seen["parameters"], seen["gradients"], strict=True)):
        require(
            is_unchanged(after, params[i]) or is_cleared(gradient),
            f"zero_grad changed parameter {i} itself, and left its gradient as it was.",
            hint="A parameter and its gradient are two tensors.",
        )
    require_cleared(seen["gradients"], after="zero_grad")


@check(
    requires="zero_grad_clears_every_gradient",
    hint="What is `p.grad` before the first `backward`, or in a layer that is frozen?",
)
def test_zero_grad_before_backward_is_harmless(submission, rng):
    """Calling zero_grad where some or all gradients are None is no error."""
    params, grads = draw(rng, *SHAPES), draw(rng, *SHAPES)

    for given in ([None, None, None], [None, *grads[1:]], [*grads[:2], None]):
        seen = submission.run(clear, params=params, grads=given)
        require_cleared(seen["gradients"], after="zero_grad")


@check(
    requires="zero_grad_clears_every_gradient",
    hint="A parameter and its gradient are two tensors.",
)
def test_zero_grad_leaves_parameters_alone(submission, rng):
    """Calling zero_grad changes no parameter."""
    params, grads = draw(rng, *SHAPES), draw(rng, *SHAPES)

    seen = submission.run(clear, params=params, grads=grads)

    assert_same(seen["parameters"], params, what="after zero_grad, parameters")
    require_cleared(seen["gradients"], after="zero_grad")


@check(
    points=2,
    requires="zero_grad_clears_every_gradient",
    hint="`backward` adds to what it finds in `p.grad`, so it must find something it can add to.",
)
def test_backward_after_zero_grad_starts_afresh(submission, rng):
    """After zero_grad, backward leaves the new gradient alone, not a sum."""
    (weight, *inputs) = draw(rng, *[(3, 4)] * 4)

    actual = submission.run(gradients_of_rounds, weight=weight, inputs=inputs)

    expected = {f"round {t}": x for t, x in enumerate(inputs, start=1)}
    assert_close(actual, expected, what="gradients of backward")


@check(
    requires="zero_grad_clears_every_gradient",
    hint="There are numbers that stay what they are, whatever they are multiplied with.",
)
def test_zero_grad_clears_nan(submission, rng):
    """A gradient with nan or inf is cleared like any other."""
    params, grads = draw(rng, *SHAPES), draw(rng, *SHAPES)
    grads[0][1, 2], grads[1][2, 0], grads[2][3] = float("nan"), float("inf"), float("-inf")

    seen = submission.run(clear, params=params, grads=grads)

    require_cleared(seen["gradients"], after="zero_grad on nan and inf")


@check(
    requires="zero_grad_clears_every_gradient",
    hint="`model.parameters()` can be read only once.",
)
def test_zero_grad_works_every_time(submission, rng):
    """Parameters from a generator are cleared by every call of zero_grad."""
    params, stream = draw(rng, *SHAPES), [draw(rng, *SHAPES) for _ in range(3)]

    rounds = submission.run(clear_again_and_again, params=params, stream=stream)

    require(len(rounds) == len(stream), f"expected {len(stream)} rounds, got {len(rounds)}")
    for t, gradients in enumerate(rounds, start=1):
        require_cleared(gradients, after=f"call {t} of zero_grad")


@check(
    requires="zero_grad_clears_every_gradient",
    hint="One tensor operation, or none, clears a whole gradient.",
)
def test_zero_grad_does_little_work(submission, rng):
    """Calling zero_grad runs at most a few operations per parameter."""
    shapes = ((16, 8), (24,), (12, 12))
    params, grads = draw(rng, *shapes), draw(rng, *shapes)

    work = submission.run(work_of_zero_grad, params=params, grads=grads)

    require_cleared(work["gradients"], after="zero_grad")
    assert_budget(
        work["calls"],
        at_most=2,
        count=len(shapes),
        told="zero_grad ran {} tensor operations per parameter",
    )
    (gradient,) = draw(rng, (4096, 8))
    # What hides from the counters takes its time: half a second is forty times what is needed.
    after = submission.run_within(0.5, many_clearings, gradient=gradient, times=300)
    require_cleared(after, after="300 calls of zero_grad", count=1)
