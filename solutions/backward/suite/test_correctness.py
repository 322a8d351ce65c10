"""What each layer and the whole network give back."""

import torch
from probes import (
    cross_entropy,
    inputs_of_layers,
    inputs_of_network,
    linear,
    network,
    network_twice,
    relu,
    transposed,
    with_parameters,
    work_of_linear,
    work_of_network,
)
from torch.nn import functional as F

from autograder.suite import (
    assert_budget,
    assert_close,
    assert_same,
    check,
    draw_labels,
    draw_normal,
    require,
)

F64 = torch.float64
# Right spellings run 5 to 9 operations for a linear layer, and 25 to 60 for the network.
LINEAR_OPERATIONS = 16
NETWORK_OPERATIONS = 100
NETWORK = ("loss_of_the_network_matches", "gradients_of_the_network_match")


def draw(rng, *shapes):
    return [draw_normal(rng, *shape, dtype=F64) for shape in shapes]


def draw_linear(rng, n=6, n_in=5, n_out=3):
    x, w, gout = draw(rng, (n, n_in), (n_in, n_out), (n, n_out))
    return {"x": x, "w": w, "gout": gout}


def draw_network(rng, n=7, n_in=5, n_hidden=6, classes=4):
    shapes = ((n_in, n_hidden), (n_hidden,), (n_hidden, classes), (classes,))
    (x,) = draw(rng, (n, n_in))
    return {"x": x, "y": draw_labels(rng, n, classes), "weights": draw(rng, *shapes)}


def gradients_of_network(x, y, weights):
    """Return loss and gradients by autograd, by name."""
    weights = w1, b1, w2, b2 = [w.clone().requires_grad_() for w in weights]
    loss = F.cross_entropy((x @ w1 + b1).relu() @ w2 + b2, y)
    found = torch.autograd.grad(loss, weights)
    return {"loss": loss.detach(), **dict(zip(("w1", "b1", "w2", "b2"), found, strict=True))}


def gradient_of_cross_entropy(logits, y):
    shares = torch.softmax(logits, 1)
    shares[torch.arange(len(y)), y] -= 1
    return shares / len(y)


def at(seen, name):
    """Return one of the named results, or None where there is nothing of that kind."""
    return seen.get(name) if isinstance(seen, dict) else None


def assert_gradient(seen, expected, name, where):
    assert_close(at(seen, name), expected, atol=1e-10, what=f"the gradient of {name} {where}")


@check(
    points=2,
    hint="Every row of x meets the same w. What shape must the gradient have, and which product "
    "has it?",
)
def test_gradient_of_the_weights_matches(submission, rng):
    """The gradient of w sums, over the rows, what each row of x and gout have in common."""
    for n, n_in, n_out in ((6, 5, 3), (4, 4, 4)):
        case = draw_linear(rng, n, n_in, n_out)
        seen = submission.run(linear, **case)
        expected = torch.einsum("ni,no->io", case["x"], case["gout"])
        assert_gradient(seen, expected, "w", f"with x of shape {(n, n_in)}, w of {(n_in, n_out)}")


@check(points=2, hint="w brought x forward; which way does it go backward?")
def test_gradient_of_the_inputs_matches(submission, rng):
    """The gradient of x brings gout back through w."""
    for n, n_in, n_out in ((6, 5, 3), (4, 4, 4)):
        case = draw_linear(rng, n, n_in, n_out)
        seen = submission.run(linear, **case)
        expected = torch.einsum("no,io->ni", case["gout"], case["w"])
        assert_gradient(seen, expected, "x", f"with x of shape {(n, n_in)}, w of {(n_in, n_out)}")


@check(points=2, hint="How many rows did the same bias go into?")
def test_gradient_of_the_bias_matches(submission, rng):
    """The gradient of b is the sum of gout over the rows, in the shape of b."""
    for n, n_out in ((6, 3), (4, 4)):
        case = draw_linear(rng, n, 5, n_out)
        seen = submission.run(linear, **case)
        assert_gradient(seen, case["gout"].sum(0), "b", f"with gout of shape {(n, n_out)}")


@check(
    requires=("gradient_of_the_weights_matches", "gradient_of_the_inputs_matches"),
    hint="Which of your lines counts on more than one row, input or output?",
)
def test_linear_layer_may_have_any_size(submission, rng):
    """One row, one input and one output are batches and layers like any other."""
    for n, n_in, n_out in ((1, 5, 3), (6, 1, 3), (6, 5, 1), (1, 1, 1)):
        case = draw_linear(rng, n, n_in, n_out)
        seen = submission.run(linear, **case)
        where = f"with x of shape {(n, n_in)}, w of {(n_in, n_out)}"
        assert_gradient(seen, case["gout"] @ case["w"].t(), "x", where)
        assert_gradient(seen, case["x"].t() @ case["gout"], "w", where)
        assert_gradient(seen, case["gout"].sum(0), "b", where)


@check(points=2, hint="The gradient passes where x was positive. Of what is that a question?")
def test_gradient_of_relu_matches(submission, rng):
    """ReLU lets the gradient pass where x is positive, and stops it elsewhere."""
    for shape in ((4, 5), (7,), (2, 3, 4)):
        x, gout = draw(rng, shape, shape)

        actual = submission.run(relu, x=x, gout=gout)

        expected = torch.where(x > 0, gout, 0.0)
        assert_close(actual, expected, what=f"the gradient of a ReLU of shape {shape}")


@check(requires="gradient_of_relu_matches", hint="What does the stub say about exactly zero?")
def test_gradient_of_relu_at_zero_is_zero(submission, rng):
    """Where x is exactly zero, no gradient passes."""
    x, gout = draw(rng, (4, 5), (4, 5))
    x[0], x[2, 1:3] = 0.0, -0.0

    actual = submission.run(relu, x=x, gout=gout)

    expected = torch.where(x > 0, gout, 0.0)
    assert_close(actual, expected, what="the gradient of a ReLU of x with zeros")


@check(points=2, hint="What is the softmax of the row, and what would be right for its label?")
def test_gradient_of_one_row_matches(submission, rng):
    """For one row, the gradient of cross entropy is softmax minus one at the label."""
    for _ in range(2):
        (logits,), y = draw(rng, (1, 5)), draw_labels(rng, 1, 5)

        actual = submission.run(cross_entropy, logits=logits, y=y)

        expected = gradient_of_cross_entropy(logits, y)
        assert_close(actual, expected, what="the gradient of cross entropy of one row")


@check(
    requires="gradient_of_one_row_matches",
    hint="The loss is a mean: how much does one row of many count?",
)
def test_gradient_of_the_mean_matches(submission, rng):
    """For n rows, each row's gradient is the n-th part of that of the row alone."""
    for n, classes in ((6, 4), (4, 4), (3, 7)):
        (logits,), y = draw(rng, (n, classes)), draw_labels(rng, n, classes)

        actual = submission.run(cross_entropy, logits=logits, y=y)

        expected = gradient_of_cross_entropy(logits, y)
        what = f"the gradient of cross entropy of {n} rows and {classes} classes"
        assert_close(actual, expected, what=what)


@check(
    requires="gradient_of_one_row_matches",
    hint="`exp(1000)` is infinite. Which `exp` can be computed?",
)
def test_large_scores_have_a_gradient(submission, rng):
    """Scores around a thousand have a finite gradient."""
    (logits,), y = draw(rng, (4, 5)), draw_labels(rng, 4, 5)

    for scores in (logits + 1000, logits * 1000):
        actual = submission.run(cross_entropy, logits=scores, y=y)
        expected = gradient_of_cross_entropy(scores, y)
        assert_close(actual, expected, what="the gradient of cross entropy of large scores")


@check(points=2, hint="Linear, ReLU, linear, and then the loss of raw scores.")
def test_loss_of_the_network_matches(submission, rng):
    """The loss is the mean cross entropy of relu(x @ w1 + b1) @ w2 + b2."""
    case = draw_network(rng)

    seen = submission.run(network, **case)

    assert_close(at(seen, "loss"), gradients_of_network(**case)["loss"], what="the loss")


@check(
    points=3,
    hint="Print what goes into each layer, and the gradient that comes out of it, from the last "
    "to the first.",
)
def test_gradients_of_the_network_match(submission, rng):
    """The gradients of w1, b1, w2 and b2 are those of the loss, in this order."""
    for sizes in ({}, {"n": 4, "n_in": 4, "n_hidden": 4, "classes": 4}):
        case = draw_network(rng, **sizes)
        seen = submission.run(network, **case)
        for name, expected in gradients_of_network(**case).items():
            if name != "loss":
                assert_gradient(seen, expected, name, f"with x of shape {tuple(case['x'].shape)}")


@check(
    requires=NETWORK,
    hint="Which units of the hidden layer take part for which rows?",
)
def test_dead_units_have_no_gradient(submission, rng):
    """A hidden unit that is never positive gets no gradient, nor do the weights behind it."""
    case = draw_network(rng)
    case["weights"][1][:3] = -100.0
    case["weights"][1][3:5] = 100.0

    seen = submission.run(network, **case)

    for name, expected in gradients_of_network(**case).items():
        what = "the loss" if name == "loss" else f"the gradient of {name}"
        assert_close(at(seen, name), expected, atol=1e-10, what=f"{what} where units are dead")


@check(
    requires=NETWORK,
    hint="Which of your lines counts on numbers that lie side by side in memory?",
)
def test_layout_of_memory_does_not_matter(submission, rng):
    """Inputs and weights may be transposed views."""
    case = draw_network(rng)

    seen = submission.run(transposed, **case)

    assert_close(
        seen, gradients_of_network(**case), atol=1e-10, what="with transposed views, results"
    )


@check(requires=NETWORK, hint="What is left over from the call before?")
def test_second_call_starts_afresh(submission, rng):
    """Two calls with the same network give the same loss and the same gradients."""
    case = draw_network(rng)

    first, second = submission.run(network_twice, **case)

    expected = gradients_of_network(**case)
    assert_close(first, expected, atol=1e-10, what="results of the first call")
    assert_close(second, expected, atol=1e-10, what="results of the second call")


@check(
    requires=(
        "gradient_of_the_weights_matches",
        "gradient_of_relu_matches",
        "gradient_of_one_row_matches",
    ),
    hint="An operator like `-=`, or an assignment to elements, changes its tensor.",
)
def test_inputs_of_layers_stay_as_they_are(submission, rng):
    """The layers change neither their inputs nor gout."""
    case = draw_linear(rng)
    (logits,), y = draw(rng, (6, 4)), draw_labels(rng, 6, 4)

    seen = submission.run(inputs_of_layers, **case, logits=logits, y=y)

    before = {
        "linear_backward": [case["x"], case["w"], case["gout"]],
        "relu_backward": [case["gout"], case["gout"]],
        "cross_entropy_backward": [logits, y],
    }
    for name, inputs in before.items():
        assert_same(seen[name], inputs, what=f"after {name}, inputs")


@check(
    requires=NETWORK,
    hint="Who updates the weights, and when?",
)
def test_inputs_of_the_network_stay_as_they_are(submission, rng):
    """The network changes neither inputs nor labels nor weights."""
    case = draw_network(rng)

    seen = submission.run(inputs_of_network, **case)

    given = [case["x"], case["y"], *case["weights"]]
    assert_same(seen, given, what="after the call, [x, y, w1, b1, w2, b2]")


@check(
    requires=NETWORK,
    hint="Autograd may be recording while you compute; which operations does it refuse then?",
)
def test_parameters_may_be_recorded(submission, rng):
    """Weights may be parameters, while autograd records; their `.grad` stays None."""
    case = draw_network(rng)

    actual = submission.run(with_parameters, **case)

    expected = gradients_of_network(**case)
    assert_close(actual["seen"], expected, atol=1e-10, what="with parameters, results")
    require(not any(actual["gradients left"]), "a parameter has a `.grad` after the call.")
    require(actual["recording"] is True, "recording was on before the call and is off after it.")
    assert_same(actual["parameters"], case["weights"], what="after the call, parameters")


@check(
    points=2,
    requires=("gradient_of_the_weights_matches", "gradient_of_the_inputs_matches"),
    hint="A matrix product multiplies and sums in one go.",
)
def test_linear_layer_does_little_work(submission, rng):
    """A linear layer runs a few operations, and writes few numbers to memory."""
    for n, n_in, n_out in ((32, 24, 16), (128, 24, 16)):
        work = submission.run(work_of_linear, **draw_linear(rng, n, n_in, n_out))
        told = f"with {n} rows, {n_in} inputs and {n_out} outputs, linear_backward"
        assert_budget(
            work["calls"], at_most=LINEAR_OPERATIONS, told=f"{told} ran {{}} tensor operations"
        )
        assert_budget(
            work["elements"],
            at_most=4,
            count=n * n_in + n_in * n_out,
            told=f"{told} wrote {{}} elements to memory for each element of x and w",
            hint="Which of your tensors has three dimensions?",
        )


@check(
    requires=NETWORK,
    hint="Every layer takes a few operations, forward and backward.",
)
def test_network_does_little_work(submission, rng):
    """The number of operations of the network does not depend on the number of rows."""
    for n in (32, 128):
        work = submission.run(work_of_network, **draw_network(rng, n=n))
        told = f"with {n} rows, mlp_forward_backward ran {{}} tensor operations"
        assert_budget(work["calls"], at_most=NETWORK_OPERATIONS, told=told)
