"""The model beside `nn.Sequential(l1, relu, l2)` with the same weights."""

import torch
from probes import gradients, outputs, train

from autograder.suite import assert_close, check, draw_labels, draw_normal

ROWS, N_IN, N_HIDDEN, N_OUT = 50, 6, 7, 3
RIGHT = "logits_follow_the_three_layers"
PARAMETERS = ("l1.weight", "l1.bias", "l2.weight", "l2.bias")


def draw_case(rng, dtype):
    """Return weights that give logits of about unit size, and a batch of inputs."""
    shapes = ((N_HIDDEN, N_IN), (N_HIDDEN,), (N_OUT, N_HIDDEN), (N_OUT,))
    weights = {
        name: draw_normal(rng, *shape, dtype=dtype) / shape[-1] ** 0.5
        for name, shape in zip(PARAMETERS, shapes, strict=True)
    }
    return {"weights": weights, "x": draw_normal(rng, ROWS, N_IN, dtype=dtype)}


def both_outputs(submission, torch_impl, case):
    """Return the logits of the submission and of torch."""
    inputs = {"weights": case["weights"], "inputs": [case["x"]]}
    return submission.run(outputs, **inputs)[0], torch_impl.run(outputs, **inputs)[0]


@check(points=2, requires=RIGHT, hint="Do you change the dtype of a tensor on its way?")
def test_logits_match_in_float32_and_float64(submission, torch_impl, rng):
    """In float32 and float64 the logits equal those of `nn.Sequential` and keep the dtype."""
    for dtype in (torch.float32, torch.float64):
        actual, expected = both_outputs(submission, torch_impl, draw_case(rng, dtype))

        what = f"the logits of a {dtype} model"
        # Near zero, another order of summation costs more than the relative default allows.
        assert_close(actual, expected, atol=100 * torch.finfo(dtype).eps, what=what)


@check(requires=RIGHT, hint="Do you change the dtype of a tensor on its way?")
def test_logits_match_in_bfloat16(submission, torch_impl, rng):
    """In bfloat16 the logits equal those of `nn.Sequential` and keep the dtype."""
    actual, expected = both_outputs(submission, torch_impl, draw_case(rng, torch.bfloat16))

    two_steps = 2 * torch.finfo(torch.bfloat16).eps
    what = "the logits of a torch.bfloat16 model"
    assert_close(actual, expected, rtol=two_steps, atol=two_steps, what=what)


@check(points=2, requires="both_layers_can_learn", hint="What does autograd record on the way?")
def test_parameter_gradients_match(submission, torch_impl, rng):
    """The gradients of all four parameters equal those of `nn.Sequential`."""
    case = draw_case(rng, torch.float32) | {"labels": draw_labels(rng, ROWS, N_OUT)}
    actual, expected = (impl.run(gradients, **case) for impl in (submission, torch_impl))

    for name in PARAMETERS:
        assert_close(actual[name], expected[name], rtol=1e-4, what=f"{name}.grad")


@check(requires="both_layers_can_learn", hint="Is the x that l1 receives still the caller's x?")
def test_the_input_gradient_matches(submission, torch_impl, rng):
    """The gradient that reaches the input equals that of `nn.Sequential`."""
    case = draw_case(rng, torch.float32) | {"labels": draw_labels(rng, ROWS, N_OUT)}
    actual, expected = (impl.run(gradients, **case) for impl in (submission, torch_impl))

    assert_close(actual["x"], expected["x"], rtol=1e-4, what="x.grad")


@check(
    points=2,
    requires=("both_layers_can_learn", "logits_match_in_float32_and_float64"),
    hint="The weights change after every step. Does each call of your model look at them anew?",
)
def test_training_follows_torch(submission, torch_impl, rng):
    """Twenty steps of gradient descent on one batch lose and learn what `nn.Sequential` does."""
    case = draw_case(rng, torch.float64) | {"labels": draw_labels(rng, ROWS, N_OUT)}
    actual, expected = (impl.run(train, **case) for impl in (submission, torch_impl))

    assert_close(actual["losses"], expected["losses"], what="the losses")
    for name in PARAMETERS:
        value = actual["parameters"][name]
        what = f"{name} after 20 steps"
        assert_close(value, expected["parameters"][name], rtol=0.0, atol=1e-10, what=what)
