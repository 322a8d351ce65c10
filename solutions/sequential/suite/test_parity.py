"""Where `nn.Sequential` lands, the submission lands."""

import torch
from probes import gradients, loaded, output, state

from autograder.suite import assert_close, assert_same, check, draw_normal, require

RIGHT = "layers_are_called_in_order"


def draw_linear(rng, n_in, n_out, dtype):
    weight = draw_normal(rng, n_out, n_in, dtype=dtype) / n_in**0.5
    return weight, draw_normal(rng, n_out, dtype=dtype)


def draw_case(rng, dtype):
    """Return a chain with a chain inside, and a batch."""
    inner = [draw_linear(rng, 6, 6, dtype), "tanh"]
    chain = [draw_linear(rng, 5, 6, dtype), "relu", inner, draw_linear(rng, 6, 3, dtype)]
    return {"chain": chain, "x": draw_normal(rng, 7, 5, dtype=dtype)}


@check(points=2, requires=RIGHT, hint="Do you change the dtype of a tensor on its way?")
def test_outputs_match_in_every_dtype(submission, torch_impl, rng):
    """In float64, float32 and bfloat16 the outputs equal those of `nn.Sequential`."""
    for dtype in (torch.float64, torch.float32, torch.bfloat16):
        case = draw_case(rng, dtype)

        actual = submission.run(output, **case)

        what = f"the {str(dtype).removeprefix('torch.')} output"
        assert_close(actual, torch_impl.run(output, **case), what=what)


@check(points=3, requires=RIGHT, hint="What does autograd record between two layers?")
def test_gradients_match(submission, torch_impl, rng):
    """The gradients of all parameters and of the input equal those of `nn.Sequential`."""
    case = draw_case(rng, torch.float64)
    case["target"] = draw_normal(rng, 7, 3, dtype=torch.float64)

    actual = submission.run(gradients, **case)

    assert_close(actual, torch_impl.run(gradients, **case), what="the gradient of")


@check(
    points=3,
    requires=RIGHT,
    hint="Print the keys of `state_dict()`. Is there one key too many, or another order?",
)
def test_state_can_be_exchanged(submission, torch_impl, rng):
    """The state_dict has the keys of torch's, and torch's can be loaded."""
    chain, other = draw_case(rng, torch.float64), draw_case(rng, torch.float64)

    actual = submission.run(state, chain=chain["chain"])

    expected = torch_impl.run(state, chain=chain["chain"])
    names, wanted = ([pair[0] for pair in pairs] for pairs in (actual, expected))
    require(names == wanted, f"the keys of state_dict() are {names}, torch's are {wanted}")
    for (name, value), (_, given) in zip(actual, expected, strict=True):
        assert_same(value, given, what=f"state_dict()[{name!r}]")
    given = torch_impl.run(state, chain=other["chain"])
    after = submission.run(loaded, chain=chain["chain"], state=given, x=chain["x"])
    right = torch_impl.run(output, chain=other["chain"], x=chain["x"])
    assert_close(after, right, what="the output after the state of another chain was loaded")
