"""Where `nn.Linear` and `nn.ReLU` land, the submission lands."""

import torch
from probes import gradients, outputs, rectified, train

from autograder.suite import assert_close, assert_same, check, draw_labels, draw_normal

RIGHT = "output_follows_the_formula"
N_IN, N_OUT, ROWS = 7, 5, 9


def draw_state(rng, n_in, n_out, dtype):
    """Return parameters that give outputs of about unit size."""
    return {
        "weight": draw_normal(rng, n_out, n_in, dtype=dtype) / n_in**0.5,
        "bias": draw_normal(rng, n_out, dtype=dtype) / 2,
    }


def both(submission, torch_impl, probe, case):
    return submission.run(probe, **case), torch_impl.run(probe, **case)


@check(points=2, requires=RIGHT, hint="Do you change the dtype of a tensor on its way?")
def test_outputs_match_in_every_dtype(submission, torch_impl, rng):
    """In float64, float32 and bfloat16 the outputs equal those of `nn.Linear` and keep the dtype."""
    for dtype in (torch.float64, torch.float32, torch.bfloat16):
        case = {"state": draw_state(rng, N_IN, N_OUT, dtype)}
        case["inputs"] = [draw_normal(rng, ROWS, N_IN, dtype=dtype)]

        actual, expected = both(submission, torch_impl, outputs, case)

        # In bfloat16 the product is rounded once more where the bias is added by itself.
        units = 4 if dtype == torch.bfloat16 else 100
        what = f"the {str(dtype).removeprefix('torch.')} output"
        near = units * torch.finfo(dtype).eps
        assert_close(actual, expected, rtol=near, atol=near, what=what)


@check(
    points=2,
    requires="leading_dimensions_are_kept",
    hint="What does autograd record on the way from x to the output?",
)
def test_gradients_match(submission, torch_impl, rng):
    """The gradients of weight, bias and input equal those of `nn.Linear`."""
    for shape in ((ROWS,), (2, 3)):
        case = {
            "state": draw_state(rng, N_IN, N_OUT, torch.float64),
            "x": draw_normal(rng, *shape, N_IN, dtype=torch.float64),
            "target": draw_normal(rng, *shape, N_OUT, dtype=torch.float64),
        }

        actual, expected = both(submission, torch_impl, gradients, case)

        assert_close(actual, expected, what="the gradient of")


@check(
    points=3,
    requires=("gradients_match", "relu_passes_the_gradient_where_x_is_positive"),
    hint="Follow one row through the three layers, and its gradient back.",
)
def test_training_matches_torch(submission, torch_impl, rng):
    """Fifty steps of training of Linear, ReLU, Linear end where they end with torch's layers."""
    case = {
        "states": [draw_state(rng, n, m, torch.float64) for n, m in ((6, 8), (8, 3))],
        "x": draw_normal(rng, 16, 6, dtype=torch.float64),
        "target": draw_normal(rng, 16, 3, dtype=torch.float64),
        "lr": 0.2,
    }

    actual, expected = both(submission, torch_impl, train, case)

    assert_close(
        actual["losses"], expected["losses"], rtol=0.0, atol=1e-10, what="the loss of step"
    )
    for layer in ("first layer", "second layer"):
        what = f"after 50 steps, the {layer}"
        assert_close(actual[layer], expected[layer], rtol=0.0, atol=1e-10, what=what)


@check(
    points=3,
    requires="relu_keeps_what_is_positive",
    hint="Which dtype and shape has what you put in the place of the negative elements?",
)
def test_relu_matches_in_every_dtype_and_shape(submission, torch_impl, rng):
    """ReLU keeps dtype and shape, for numbers of every kind and for tensors of any shape."""
    floats = [
        draw_normal(rng, *shape, dtype=dtype)
        for shape in ((), (3,), (0, 4), (2, 3, 4, 5))
        for dtype in (torch.float64, torch.float32, torch.bfloat16, torch.float16)
    ]
    others = [
        draw_labels(rng, 12, 9) - 4,
        draw_normal(rng, 6, 4).t(),
        draw_normal(rng, 1, 4).expand(3, -1),
    ]

    for x in (*floats, *others):
        (actual,), (expected,) = both(submission, torch_impl, rectified, {"inputs": [x]})
        kind = str(x.dtype).removeprefix("torch.")
        assert_same(actual, expected, what=f"ReLU of a {kind} tensor of shape {tuple(x.shape)}")
