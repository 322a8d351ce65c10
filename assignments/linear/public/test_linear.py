"""What you may run as often as you like, with `grade check linear`."""

import torch
from probes import gradients, outputs, parameters, rectified, slopes

from autograder.suite import assert_close, assert_same, check, draw_normal, require

NEAR = {"rtol": 1e-4, "atol": 1e-4}


def draw(rng, n_in=3, n_out=2):
    return {"weight": draw_normal(rng, n_out, n_in), "bias": draw_normal(rng, n_out)}


@check(hint="What does `nn.Module` register when you assign to `self`?")
def test_weight_and_bias_are_parameters(submission):
    """Linear(3, 2) has the parameters weight, of shape (2, 3), and bias, of shape (2,)."""
    seen = submission.run(parameters, n_in=3, n_out=2, bias=True)

    require(set(seen) == {"weight", "bias"}, f"the parameters are {sorted(seen)}")
    assert_same(tuple(seen["weight"].shape), (2, 3), what="shape of weight")
    assert_same(tuple(seen["bias"].shape), (2,), what="shape of bias")


@check(requires="weight_and_bias_are_parameters", hint="Print the numbers of a new layer.")
def test_numbers_begin_small(submission):
    """In Linear(100, 50) no number begins beyond 0.1, and they are spread to both sides of 0."""
    for name, value in submission.run(parameters, n_in=100, n_out=50, bias=True).items():
        low, high = value.min().item(), value.max().item()
        require(
            -0.1 <= low < -0.05 < 0.05 < high <= 0.1,
            f"the numbers of {name} lie between {low:.3g} and {high:.3g}, expected -0.1 and 0.1",
        )


@check(requires="weight_and_bias_are_parameters", hint="Compute one output by hand.")
def test_output_follows_the_formula(submission, rng):
    """Five rows come out as x @ weight.T + bias."""
    case, x = draw(rng), draw_normal(rng, 5, 3)

    actual = submission.run(outputs, **case, x=x)

    assert_close(actual, x @ case["weight"].T + case["bias"], what="the output", **NEAR)


@check(requires="output_follows_the_formula", hint="Do you name the number of dimensions?")
def test_any_leading_dimensions_work(submission, rng):
    """Inputs of shape (3,) and (4, 5, 3) keep their leading dimensions."""
    case = draw(rng)

    for x in (draw_normal(rng, 3), draw_normal(rng, 4, 5, 3)):
        actual = submission.run(outputs, **case, x=x)
        expected = x @ case["weight"].T + case["bias"]
        assert_close(actual, expected, what=f"the output for shape {tuple(x.shape)}", **NEAR)


@check(requires="output_follows_the_formula", hint="Does autograd see how the output was made?")
def test_parameters_get_gradients(submission, rng):
    """After backward, weight and bias have their gradients."""
    case, x = draw(rng), draw_normal(rng, 5, 3)

    seen = submission.run(gradients, **case, x=x)

    slope = 2 * (x @ case["weight"].T + case["bias"])
    assert_close(seen, {"weight": slope.T @ x, "bias": slope.sum(0)}, what="the gradient", **NEAR)


@check(hint="Which elements does your condition select?")
def test_relu_cuts_off_what_is_negative(submission, rng):
    """ReLU keeps positive elements, puts 0 for negative ones, and leaves x as it was."""
    x = draw_normal(rng, 4, 5)

    seen = submission.run(rectified, x=x)

    assert_same(seen["result"], torch.where(x > 0, x, 0.0), what="the result of ReLU")
    assert_same(seen["x"], x, what="x after the call")


@check(requires="relu_cuts_off_what_is_negative", hint="Which slope did torch choose at the kink?")
def test_relu_has_the_right_slopes(submission):
    """The gradient of ReLU is 1 where x is positive, and 0 elsewhere, also at 0."""
    actual = submission.run(slopes, x=torch.tensor([-2.0, 0.0, 3.0]))

    assert_same(actual, torch.tensor([0.0, 0.0, 1.0]), what="the gradient at [-2, 0, 3]")
