"""What must hold for `Linear`, from its parameters to its output."""

import torch
from probes import (
    fresh,
    input_after_linear,
    output_without_bias,
    outputs,
    refusals,
    registered,
    replaced,
    second_after_writing_to_the_first,
    strided_outputs,
    work_of_linear,
)

from autograder.suite import assert_budget, assert_close, assert_same, check, draw_normal, require

N_IN, N_OUT, ROWS = 6, 4, 8
REGISTERED = "weight_and_bias_are_parameters"
RIGHT = "output_follows_the_formula"
# In float32: wide enough for any order of summation. Parity is strict.
NEAR = {"rtol": 1e-4, "atol": 1e-4}
# `einsum` on an input with three dimensions runs 15 operations, most of them views.
OPERATIONS = 24
# The product and the sum; a spelling that copies its input may write a few more.
WRITES_PER_OUTPUT = 6


def draw_state(rng, n_in=N_IN, n_out=N_OUT):
    """Return parameters that are larger than those of a new layer."""
    return {"weight": draw_normal(rng, n_out, n_in), "bias": draw_normal(rng, n_out)}


def formula(state, x):
    return x @ state["weight"].T + state["bias"]


def require_names(actual, expected, what):
    require(
        sorted(actual) == sorted(expected),
        f"{what} has the parameters {sorted(actual)}, expected {sorted(expected)}",
    )


@check(
    points=3, hint="What must be assigned to `self`, so that `nn.Module` takes it for a parameter?"
)
def test_weight_and_bias_are_parameters(submission):
    """A new layer has the parameters weight, of shape (n_out, n_in), and bias, of shape (n_out,)."""
    for n_in, n_out in ((N_IN, N_OUT), (1, 3)):
        seen = submission.run(registered, n_in=n_in, n_out=n_out, bias=True)

        what = f"Linear({n_in}, {n_out})"
        require_names(seen["parameters"], ["weight", "bias"], what)
        for name, shape in {"weight": (n_out, n_in), "bias": (n_out,)}.items():
            expected = {"shape": shape, "dtype": "torch.float32", "requires_grad": True}
            assert_same(seen["parameters"][name], expected, what=f"{what}.{name}")
        require(
            seen["state"] == ["bias", "weight"],
            f"the state_dict of {what} has the keys {seen['state']}, expected weight and bias only",
        )


@check(requires=REGISTERED, hint="How could `forward` ask whether there is a bias?")
def test_without_bias_there_is_one_parameter(submission):
    """With bias=False the layer has the parameter weight alone, and `bias` is None."""
    seen = submission.run(registered, n_in=N_IN, n_out=N_OUT, bias=False)

    require_names(seen["parameters"], ["weight"], f"Linear({N_IN}, {N_OUT}, bias=False)")
    bias = seen["attributes"]["bias"]
    require(bias is None, f"with bias=False, layer.bias is {bias!r}, expected None")


@check(
    points=2,
    requires=REGISTERED,
    hint="A sum of n products of numbers near one is about as large as the root of n.",
)
def test_weights_begin_evenly_within_the_bound(submission, rng):
    """The numbers of a new weight are spread evenly between -1/sqrt(n_in) and 1/sqrt(n_in)."""
    n_in = int(rng.integers(16, 40))
    layer, _ = submission.run(fresh, n_in=n_in, n_out=2048)

    require_even(layer["weight"], n_in, "weight")


@check(requires=REGISTERED, hint="Rule 2 of `__init__` speaks of both parameters.")
def test_bias_begins_evenly_within_the_bound(submission, rng):
    """The numbers of a new bias are spread evenly between -1/sqrt(n_in) and 1/sqrt(n_in)."""
    n_in = int(rng.integers(16, 40))
    layer, _ = submission.run(fresh, n_in=n_in, n_out=8192)

    require_even(layer["bias"], n_in, "bias")


def require_even(value, n_in, name):
    bound = n_in**-0.5
    least, largest = value.min().item(), value.max().item()
    require(
        -1.0001 * bound <= least and largest <= 1.0001 * bound,
        f"with n_in={n_in} the numbers of {name} lie between {least:.3g} and {largest:.3g}, "
        f"expected -{bound:.3g} to {bound:.3g}",
    )
    mean, spread, even = value.mean().item(), value.std().item(), bound / 3**0.5
    require(
        abs(mean) < 0.1 * bound and abs(spread - even) < 0.1 * even,
        f"with n_in={n_in} the numbers of {name} have mean {mean:.3g} and standard deviation "
        f"{spread:.3g}; spread evenly between -{bound:.3g} and {bound:.3g} they would have "
        f"0 and {even:.3g}",
    )


@check(requires=REGISTERED, hint="Where do your random numbers come from, and when?")
def test_two_layers_begin_differently(submission):
    """Two layers of one size begin with different numbers."""
    one, other = submission.run(fresh, n_in=N_IN, n_out=N_OUT)

    for name in ("weight", "bias"):
        require(
            not torch.equal(one[name], other[name]),
            f"two new layers have the same {name}, number by number",
        )


@check(requires=REGISTERED, hint="What belongs to the class, and what to each layer?")
def test_layers_share_no_parameter(submission):
    """Writing to the parameters of one layer leaves those of other layers alone."""
    first, *others = submission.run(
        second_after_writing_to_the_first, n_in=N_IN, n_out=N_OUT, number=7.0
    )

    for name in ("weight", "bias"):
        require(bool((first[name] == 7.0).all()), f"{name} of a layer cannot be written to")
        for other in others:
            require(
                not (other[name] == 7.0).any(),
                f"{name} of one layer changed when that of another was written to",
            )


@check(points=3, requires=REGISTERED, hint="Write the shapes beside the formula, then the values.")
def test_output_follows_the_formula(submission, rng):
    """Rows come out as x @ weight.T + bias, for unequal and for equal sizes."""
    # Equal sizes let a weight that is not transposed run, so that only the values can tell.
    for n_in, n_out, rows in ((N_IN, N_OUT, ROWS), (5, 5, 5), (3, 1, 4)):
        state, x = draw_state(rng, n_in, n_out), draw_normal(rng, rows, n_in)

        (actual,) = submission.run(outputs, state=state, inputs=[x])

        what = f"the output of Linear({n_in}, {n_out}) for {rows} rows"
        assert_close(actual, formula(state, x), what=what, **NEAR)


@check(
    requires=(RIGHT, "without_bias_there_is_one_parameter"),
    hint="What does your `forward` add when there is no bias?",
)
def test_output_without_bias_is_the_product(submission, rng):
    """With bias=False rows come out as x @ weight.T."""
    weight, x = draw_normal(rng, N_OUT, N_IN), draw_normal(rng, ROWS, N_IN)

    actual = submission.run(output_without_bias, weight=weight, x=x)

    assert_close(actual, x @ weight.T, what="the output without a bias", **NEAR)


@check(
    points=2,
    requires=RIGHT,
    hint="The last dimension holds the features; what is before it is not the layer's business.",
)
def test_leading_dimensions_are_kept(submission, rng):
    """Inputs of shape (n_in,), (n, n_in), (m, n, n_in) and without any row keep what comes first."""
    state = draw_state(rng)
    shapes = ((N_IN,), (1, N_IN), (0, N_IN), (3, 5, N_IN), (2, 0, N_IN), (2, 3, 4, N_IN))
    inputs = [draw_normal(rng, *shape) for shape in shapes]

    for x in inputs:  # one by one, so that the shape that fails is named
        (actual,) = submission.run(outputs, state=state, inputs=[x])
        what = f"the output for an input of shape {tuple(x.shape)}"
        assert_close(actual, formula(state, x), what=what, **NEAR)


@check(
    requires="leading_dimensions_are_kept",
    hint="Which operations ask how a tensor lies in memory?",
)
def test_strided_inputs_work(submission, rng):
    """Inputs that are transposed, sliced or expanded give the same outputs as others."""
    state, x = draw_state(rng), draw_normal(rng, ROWS, N_IN)

    actual = submission.run(strided_outputs, state=state, x=x)

    y = formula(state, x)
    expected = {
        "a transposed input": y,
        "an input with its first two dimensions swapped": y.view(2, ROWS // 2, -1).transpose(0, 1),
        "every other column of a wider input": y,
        "one row expanded to 5": y[:1].expand(5, -1),
    }
    assert_close(actual, expected, what="the output for", **NEAR)


@check(requires=RIGHT, hint="A matrix product refuses what does not fit. What does yours do?")
def test_inputs_that_do_not_fit_are_refused(submission, rng):
    """An input with another number of features, or of another dtype, is an error."""
    x = draw_normal(rng, ROWS, N_IN)
    inputs = {
        "one feature too few": x[:, 1:],
        "one feature too many": torch.cat([x, x[:, :1]], dim=1),
        "float64 numbers": x.double(),
    }

    seen = submission.run(refusals, state=draw_state(rng), inputs=inputs)

    for name in inputs:
        require(
            seen[name] is not None,
            f"a float32 layer took an input with {name}, expected an error",
        )


@check(requires=RIGHT, hint="The caller may need x again.")
def test_linear_leaves_the_input_alone(submission, rng):
    """A call of Linear does not write to x."""
    state, x = draw_state(rng), draw_normal(rng, ROWS, N_IN)

    seen = submission.run(input_after_linear, state=state, x=x)

    assert_close(seen["output"], formula(state, x), what="the output", **NEAR)
    assert_same(seen["values"], x, what="x after the call")
    require(seen["writes"] == 0, "x was written to in place, expected never")
    require(seen["requires_grad"] is False, "x has requires_grad=True after the call")


@check(
    points=2,
    requires=RIGHT,
    hint="What does `forward` read: the parameters, or something that was made of them earlier?",
)
def test_new_weights_take_effect(submission, rng):
    """Parameters that are loaded, assigned, copied or passed in decide the next output."""
    state, other, x = draw_state(rng), draw_state(rng), draw_normal(rng, ROWS, N_IN)

    seen = submission.run(replaced, state=state, other=other, x=x)

    new = formula(other, x)
    expected = {
        "passed in": new,
        "a copy with other weights": new,
        "the original afterwards": formula(state, x),
        "assigned": new,
    }
    assert_close(seen, expected, what="the output with weights", **NEAR)


@check(points=2, requires=RIGHT, hint="One matrix product does it for all rows and all outputs.")
def test_linear_does_little_work(submission, rng):
    """A call runs a few operations and writes few elements, whatever the sizes."""
    rows, n_in, n_out = 48, 64, 40
    case = {"state": draw_state(rng, n_in, n_out), "x": draw_normal(rng, rows, n_in)}

    work = submission.run(work_of_linear, **case)

    assert_budget(work["syncs"], at_most=0, told="one call read {} values out of tensors")
    assert_budget(
        work["calls"],
        at_most=OPERATIONS,
        told=f"for {rows} rows and {n_out} outputs, one call ran {{}} tensor operations",
    )
    assert_budget(
        work["elements"],
        at_most=WRITES_PER_OUTPUT,
        count=rows * n_out,
        told="one call wrote {} elements to memory for each element of the output",
        hint="How large is the largest tensor on the way from x to the output?",
    )
