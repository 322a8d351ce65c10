"""What must hold for `ReLU`; no check here calls `Linear`."""

import torch
from probes import input_after_relu, rectified, slopes, state_of_relu, work_of_relu

from autograder.suite import assert_budget, assert_same, check, draw_normal, require

RIGHT = "relu_keeps_what_is_positive"
INF, NAN = float("inf"), float("nan")


def formula(x):
    return torch.where(x > 0, x, torch.zeros_like(x))


@check(points=3, hint="Try your ReLU on [-1.0, 0.0, 2.0].")
def test_relu_keeps_what_is_positive(submission, rng):
    """Positive elements come out as they are, and negative ones as 0."""
    inputs = [scale * draw_normal(rng, 4, 5) for scale in (1e-3, 1.0, 1e3)]

    actual = submission.run(rectified, inputs=inputs)

    require(len(actual) == len(inputs), "ReLU could not be called three times")
    for y, x in zip(actual, inputs, strict=True):
        assert_same(y, formula(x), what="the result of ReLU")


@check(requires=RIGHT, hint="In torch, a method whose name ends in _ changes its own tensor.")
def test_relu_leaves_the_input_alone(submission, rng):
    """A call of ReLU does not write to x."""
    x = draw_normal(rng, 4, 5)

    seen = submission.run(input_after_relu, x=x)

    assert_same(seen["result"], formula(x), what="the result of ReLU")
    assert_same(seen["values"], x, what="x after the call")
    require(seen["writes"] == 0, "x was written to in place, expected never")


@check(requires=RIGHT, hint="Ask of inf and of nan: is it positive? And what is inf times 0?")
def test_relu_of_inf_and_nan(submission):
    """-inf comes out as 0, inf as inf, and nan as nan."""
    x = torch.tensor([-INF, INF, NAN, -1.0, 0.0, 1.0])

    (actual,) = submission.run(rectified, inputs=[x])

    expected = torch.tensor([0.0, INF, NAN, 0.0, 0.0, 1.0])
    assert_same(actual, expected, what="the result of ReLU for [-inf, inf, nan, -1, 0, 1]")


@check(points=2, requires=RIGHT, hint="Is there a path in autograd from the result back to x?")
def test_relu_passes_the_gradient_where_x_is_positive(submission, rng):
    """The gradient passes where x is positive, and is 0 where x is negative."""
    x, weights = draw_normal(rng, 4, 5), draw_normal(rng, 4, 5)

    actual = submission.run(slopes, x=x, weights=weights)

    expected = torch.where(x > 0, weights, 0.0)
    assert_same(actual, expected, what="the gradient that reaches x")


@check(
    requires="relu_passes_the_gradient_where_x_is_positive",
    hint="Let backward run through your operation at exactly 0, and print the gradient.",
)
def test_relu_passes_no_gradient_at_zero(submission, rng):
    """Where x is exactly 0, the gradient is 0."""
    x, weights = draw_normal(rng, 4, 5), draw_normal(rng, 4, 5)
    x[1], x[2, 3] = 0.0, -0.0

    actual = submission.run(slopes, x=x, weights=weights)

    expected = torch.where(x > 0, weights, 0.0)
    assert_same(actual, expected, what="with x = 0 in row 1 and at [2, 3], the gradient")


@check(requires=RIGHT, hint="What could ReLU learn?")
def test_relu_has_no_parameters(submission, rng):
    """ReLU has no parameters, and nothing in its state_dict."""
    x = draw_normal(rng, 4, 5)

    seen = submission.run(state_of_relu, x=x)

    assert_same(seen["result"], formula(x), what="the result of ReLU")
    names = sorted({*seen["parameters"], *seen["state"]})
    require(not names, f"ReLU keeps {names}, expected nothing")


@check(requires=RIGHT, hint="One operation handles all elements at once.")
def test_relu_does_little_work(submission, rng):
    """A call of ReLU runs a few operations, however many elements there are."""
    work = submission.run(work_of_relu, x=draw_normal(rng, 30, 20))

    assert_budget(work["syncs"], at_most=0, told="one call read {} values out of tensors")
    assert_budget(work["calls"], at_most=8, told="for 600 elements, ReLU ran {} tensor operations")
