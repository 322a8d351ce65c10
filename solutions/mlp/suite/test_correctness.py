"""What `MLP.forward` must do, on its own terms.

Inputs have 50 rows, the lesson's batch size, unless rows are the point: a model with 50
written into it then fails the checks about rows and shapes, and no other.
"""

import torch
from probes import (
    copies,
    describe,
    evaluated,
    functional,
    gradients,
    history,
    hooks,
    input_after_call,
    operations,
    outputs,
    printed,
    refusal,
    registered,
    replaced,
    strided_outputs,
    without_gradients,
)

from autograder.suite import (
    assert_close,
    assert_same,
    check,
    draw_labels,
    draw_normal,
    require,
)

ROWS, N_IN, N_HIDDEN, N_OUT = 50, 6, 7, 3
USABLE = ("the_four_parameters_are_registered", "two_calls_agree")
RIGHT = "logits_follow_the_three_layers"
# Checks of behaviour, in float32: wide enough for any order of summation. Parity is strict.
NEAR = {"rtol": 1e-4, "atol": 1e-4}


def draw_weights(rng, n_in=N_IN, n_hidden=N_HIDDEN, n_out=N_OUT):
    """Return weights that give logits of about unit size."""
    return {
        "l1.weight": draw_normal(rng, n_hidden, n_in) / n_in**0.5,
        "l1.bias": draw_normal(rng, n_hidden) / 2,
        "l2.weight": draw_normal(rng, n_out, n_hidden) / n_hidden**0.5,
        "l2.bias": draw_normal(rng, n_out) / 2,
    }


def draw_case(rng):
    """Return weights and a batch of inputs."""
    return {"weights": draw_weights(rng), "x": draw_normal(rng, ROWS, N_IN)}


def logits(weights, x, activation=torch.relu):
    """Return what a right model computes, from the formula."""
    hidden = activation(x @ weights["l1.weight"].T + weights["l1.bias"])
    return hidden @ weights["l2.weight"].T + weights["l2.bias"]


def with_head(weights, other):
    """Return *weights* with the second layer of *other*."""
    return {name: (other if name.startswith("l2") else weights)[name] for name in weights}


def assert_logits(seen, case):
    """Require that the call which showed a fact was right, too."""
    assert_close(seen, logits(**case), what="the logits of the same call", **NEAR)


@check(points=2, hint="What does the last line of `forward` hand back to the caller?")
def test_forward_returns_one_row_for_each_row(submission, rng):
    """Calling the model on 50 rows returns a tensor with 50 rows of n_out numbers."""
    seen = submission.run(describe, **draw_case(rng))

    require(
        seen["shape"] is not None,
        f"forward returned an object of type {seen['type']}, expected a Tensor of logits",
    )
    assert_same(seen["shape"], (ROWS, N_OUT), what="shape of the output for 50 rows")


@check(
    requires="forward_returns_one_row_for_each_row",
    hint="An optimizer and load_state_dict only see layers that stand in an attribute of the model.",
)
def test_the_four_parameters_are_registered(submission, rng):
    """The model offers the weight and bias of l1 and of l2 as its parameters."""
    case = draw_case(rng)

    seen = submission.run(registered, **case)

    for name, value in case["weights"].items():
        require(
            name in seen,
            f"model.named_parameters() has no {name!r}; it has {sorted(seen) or 'nothing at all'}",
        )
        assert_same(seen[name], tuple(value.shape), what=f"shape of {name}")


@check(
    requires="forward_returns_one_row_for_each_row",
    hint="Does anything in `forward` draw random numbers, or make something new at every call?",
)
def test_two_calls_agree(submission, rng):
    """Two calls with the same input give the same logits."""
    case = draw_case(rng)

    first, second = submission.run(outputs, weights=case["weights"], inputs=[case["x"]] * 2)

    assert_same(second, first, what="the second output for the same input")


@check(
    points=3,
    requires=USABLE,
    hint="Take one row and follow it by hand: what does each layer make of it, and in which order?",
)
def test_logits_follow_the_three_layers(submission, rng):
    """The logits are those of linear, ReLU, linear, for unequal and for equal sizes."""
    # Equal sizes let layers in any order run, so that only the values can tell.
    for sizes in ((N_IN, N_HIDDEN, N_OUT), (5, 5, 5)):
        weights, x = draw_weights(rng, *sizes), draw_normal(rng, ROWS, sizes[0])

        (actual,) = submission.run(outputs, weights=weights, inputs=[x])

        what = f"the logits of MLP({', '.join(map(str, sizes))})"
        assert_close(actual, logits(weights, x), what=what, **NEAR)


@check(points=2, requires=USABLE, hint="What is a linear layer after a linear layer?")
def test_the_model_is_not_one_linear_layer(submission, rng):
    """No single linear layer computes the same: f(a) + f(b) - f(0) differs from f(a + b)."""
    a, b = draw_normal(rng, ROWS, N_IN), draw_normal(rng, ROWS, N_IN)
    inputs = [a, b, torch.zeros_like(a), a + b]

    of_a, of_b, of_zero, of_sum = submission.run(outputs, weights=draw_weights(rng), inputs=inputs)

    gap = (of_a + of_b - of_zero - of_sum).abs().max().item()
    require(
        gap > 1e-3,
        "f(a) + f(b) - f(0) equals f(a + b) in all 50 rows: "
        "the whole model is one linear layer, and its depth buys nothing",
    )


@check(requires=USABLE, hint="Who turns logits into probabilities, the model or the loss?")
def test_logits_are_raw_scores(submission, rng):
    """Raising every entry of l2.bias by 5 raises every logit by 5."""
    case = draw_case(rng)
    # Far above zero, so that a ReLU on the logits is no matter here: it has its own check.
    low = case["weights"] | {"l2.bias": case["weights"]["l2.bias"] + 100}
    high = low | {"l2.bias": low["l2.bias"] + 5}
    (before,) = submission.run(outputs, weights=low, inputs=[case["x"]])

    (after,) = submission.run(outputs, weights=high, inputs=[case["x"]])

    sums = before.sum(-1)
    require(
        not torch.allclose(sums, torch.ones_like(sums), atol=1e-3),
        "every row of the output sums to 1: these are probabilities, expected raw logits",
    )
    assert_close(
        after - before,
        torch.full_like(before, 5.0),
        atol=1e-3,
        what="change of the logits when l2.bias rises by 5",
    )


@check(
    requires="logits_are_raw_scores",
    hint="A class that is unlikely has a score below zero. Can your model say so?",
)
def test_logits_can_be_negative(submission, rng):
    """With a very negative l2.bias the logits are negative."""
    case = draw_case(rng)
    weights = case["weights"] | {"l2.bias": case["weights"]["l2.bias"] - 100}

    (actual,) = submission.run(outputs, weights=weights, inputs=[case["x"]])

    least = actual.min().item()
    require(
        least < 0,
        f"l2.bias is about -100, yet the smallest of all logits is {least:.4g}, expected below zero",
    )


@check(
    requires=USABLE,
    hint="In torch, a method whose name ends in _ changes the tensor that it is called on.",
)
def test_the_input_is_left_as_it_was(submission, rng):
    """A call neither writes to the caller's input nor switches its requires_grad."""
    case = draw_case(rng)

    seen = submission.run(input_after_call, **case)

    assert_same(seen["values"], case["x"], what="the caller's x after the call")
    require(
        seen["writes"] == 0,
        f"the caller's x was written to in place {seen['writes']} times, expected never",
    )
    require(
        not seen["requires_grad"],
        "the caller's x had requires_grad=False before the call and has True after it",
    )
    require(seen["output"].any(), "the model made nothing but zeros of that x")


@check(requires=RIGHT, hint="Under what is your forward pass run, and does autograd record it?")
def test_the_output_has_a_history(submission, rng):
    """The output requires a gradient, so that backward can start from it."""
    case = draw_case(rng)

    seen = submission.run(history, **case)

    assert_logits(seen["output"], case)
    require(
        seen["requires_grad"],
        "the output has requires_grad=False: backward cannot start, and nothing can be learnt",
    )


@check(
    points=2,
    requires="the_output_has_a_history",
    hint="Gradients travel back over the path that x took. Where does that path end?",
)
def test_both_layers_can_learn(submission, rng):
    """A backward pass gives all four parameters a gradient."""
    case = draw_case(rng)

    seen = submission.run(gradients, **case, labels=draw_labels(rng, ROWS, N_OUT))

    without = [name for name in case["weights"] if seen[name] is None]
    require(
        not without,
        f"after loss.backward(), .grad is still None for {', '.join(without)}",
    )


@check(requires=RIGHT, hint="Does a number of rows stand anywhere in your code?")
def test_any_number_of_rows(submission, rng):
    """Batches of 50, 17, 2 and 1 rows work, and keep their number of rows."""
    weights = draw_weights(rng)
    for rows in (50, 17, 2, 1):
        x = draw_normal(rng, rows, N_IN)

        (actual,) = submission.run(outputs, weights=weights, inputs=[x])

        assert_close(actual, logits(weights, x), what=f"the logits of {rows} row(s)", **NEAR)


@check(requires="any_number_of_rows", hint="Do you collect rows yourself? What if there are none?")
def test_no_rows_give_no_rows(submission, rng):
    """A batch of 0 rows gives an output of shape (0, n_out)."""
    x = torch.empty(0, N_IN)

    (actual,) = submission.run(outputs, weights=draw_weights(rng), inputs=[x])

    assert_same(actual, torch.empty(0, N_OUT), what="the logits of 0 rows")


@check(requires="any_number_of_rows", hint="Layers look at the last dimension only. Do you too?")
def test_leading_dimensions_are_kept(submission, rng):
    """One row without a batch, and batches with several leading dimensions, keep their shape."""
    weights = draw_weights(rng)
    for shape in ((N_IN,), (4, 5, N_IN), (2, 3, 4, N_IN)):
        x = draw_normal(rng, *shape)

        (actual,) = submission.run(outputs, weights=weights, inputs=[x])

        what = f"the logits of an input of shape {shape}"
        assert_close(actual, logits(weights, x), what=what, **NEAR)


@check(
    requires="leading_dimensions_are_kept",
    hint="Which tensor methods work only where memory is one plain block?",
)
def test_strided_inputs_work(submission, rng):
    """Transposed, strided and expanded inputs give the logits of their values."""
    case = draw_case(rng)
    weights, x = case["weights"], case["x"]

    seen = submission.run(strided_outputs, **case)

    for name, actual in seen.items():
        if "expanded" in name:
            expected = logits(weights, x[:1]).expand(50, -1)
        elif "swapped" in name:
            expected = logits(weights, x).view(5, 10, -1).transpose(0, 1)
        else:
            expected = logits(weights, x)
        assert_close(actual, expected, what=f"the logits of {name}", **NEAR)


@check(
    requires=USABLE,
    hint="`layer(x)` runs the hooks and then `layer.forward`; other ways to the result do not.",
)
def test_every_layer_is_called_once(submission, rng):
    """A forward hook on the model, on l1, on relu and on l2 fires exactly once in a call."""
    seen = submission.run(hooks, **draw_case(rng))

    require(seen["output"].any(), "the model made nothing but zeros of its input")
    for name, count in seen["fired"].items():
        require(
            count == 1,
            f"a forward hook on {name} fired {count} times during one call of the model, expected 1",
        )


@check(requires=RIGHT, hint="Use what stands in `self.relu` and `self.l2` at the time of the call.")
def test_replaced_layers_take_effect(submission, rng):
    """After `model.relu = nn.Tanh()`, or a new `model.l2`, the model uses the new layer."""
    case, other = draw_case(rng), draw_weights(rng)
    weights, x = case["weights"], case["x"]

    seen = submission.run(replaced, **case, other=other)

    smooth = logits(weights, x, torch.tanh)
    assert_close(seen["relu"], smooth, what="the logits after model.relu became nn.Tanh()", **NEAR)
    headed = logits(with_head(weights, other), x)
    assert_close(seen["l2"], headed, what="the logits after model.l2 was replaced", **NEAR)


@check(requires=RIGHT, hint="Everything assigned to `self` that holds parameters is registered.")
def test_there_are_no_other_parameters(submission, rng):
    """After a call the model has its four parameters and no others."""
    case = draw_case(rng)

    extra = sorted(submission.run(registered, **case).keys() - case["weights"].keys())

    require(
        not extra,
        f"besides those of l1 and l2 the model has the parameters {', '.join(extra)}",
    )


@check(requires=RIGHT, hint="What do you keep on `self` beyond the layers, and what does it hold?")
def test_copies_stand_alone(submission, rng):
    """A deepcopy and a model restored from a state_dict compute the same, each from its own weights."""
    case, other = draw_case(rng), draw_weights(rng)
    same, changed = logits(**case), logits(other, case["x"])

    seen = submission.run(copies, **case, other=other)

    assert_close(seen["deepcopy"], same, what="the logits of a deepcopy", **NEAR)
    assert_close(seen["restored"], same, what="the logits after load_state_dict", **NEAR)
    what = "the logits of a deepcopy with new weights"
    assert_close(seen["changed"], changed, what=what, **NEAR)
    what = "the logits of the original after its deepcopy got new weights"
    assert_close(seen["original"], same, what=what, **NEAR)


@check(
    requires=RIGHT, hint="Ask the layers for their result at every call; keep no tensor of theirs."
)
def test_weights_can_be_passed_in(submission, rng):
    """`torch.func.functional_call` runs the model with other weights for one call."""
    case, other = draw_case(rng), draw_weights(rng)

    seen = submission.run(functional, **case, other=other)

    expected = logits(other, case["x"])
    assert_close(seen, expected, what="the logits with other weights passed in", **NEAR)


@check(requires=RIGHT, hint="The caller decides whether gradients are recorded.")
def test_no_grad_is_respected(submission, rng):
    """Under `torch.no_grad()` the logits are the same and carry no history."""
    case = draw_case(rng)

    seen = submission.run(without_gradients, **case)

    assert_close(seen["output"], logits(**case), what="the logits under torch.no_grad()", **NEAR)
    require(
        not seen["requires_grad"],
        "under torch.no_grad() the output has requires_grad=True, expected False",
    )


@check(requires=RIGHT, hint="Nothing in these three layers depends on `self.training`.")
def test_evaluation_mode_gives_the_same_logits(submission, rng):
    """After `model.eval()` the logits are what they were."""
    case = draw_case(rng)

    seen = submission.run(evaluated, **case)

    assert_close(seen, logits(**case), what="the logits after model.eval()", **NEAR)


@check(requires=RIGHT, hint="What happens in your code to rows of another width?")
def test_a_wrong_width_is_refused(submission, rng):
    """An input with twice n_in features raises an error instead of giving logits."""
    case = draw_case(rng)

    seen = submission.run(refusal, **case)

    error = seen["error"]
    assert_logits(seen["output"], case)
    require(
        error is not None,
        f"an input of width {2 * N_IN} went through a model with n_in={N_IN}, expected an error",
    )


@check(requires=RIGHT, hint="Prints that helped you while writing would run at every batch.")
def test_a_call_prints_nothing(submission, rng):
    """A call writes nothing to the screen."""
    case = draw_case(rng)

    seen = submission.run(printed, **case)

    assert_logits(seen["output"], case)
    require(seen["printed"] is False, "one call of the model printed something")


@check(requires="any_number_of_rows", hint="A layer takes all the rows at once.")
def test_operations_do_not_grow_with_the_batch(submission, rng):
    """A batch of 64 rows takes no more torch operations than a batch of 8."""
    inputs = [draw_normal(rng, rows, N_IN) for rows in (50, 8, 64)]
    weights = draw_weights(rng)

    # A first call, not compared, lets a model set itself up.
    found = submission.run(operations, weights=weights, inputs=inputs)

    for x, seen in zip(inputs, found, strict=True):
        assert_logits(seen["output"], {"weights": weights, "x": x})
    _, few, many = (seen["calls"] for seen in found)
    require(many <= few, f"8 rows took {few} torch operations, but 64 rows took {many}")
    # What hides from the counter takes its time: half a second is ten times what is needed.
    x = draw_normal(rng, 80_000, N_IN)
    (output,) = submission.run_within(0.5, outputs, weights=weights, inputs=[x])
    assert_logits(output, {"weights": weights, "x": x})
