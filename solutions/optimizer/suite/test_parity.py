"""Where `torch.optim.SGD(params, lr)` lands, the submission lands."""

import torch
from probes import step_when_frozen, step_with_a_sparse_gradient, train, trajectory

from autograder.suite import assert_close, check, draw_normal

LR = 0.1
SHAPES = ((3, 5), (4, 4), (7,))


def draw(rng, *shapes, dtype=torch.float64):
    return [draw_normal(rng, *shape, dtype=dtype) for shape in shapes]


@check(
    points=3,
    requires="every_parameter_moves",
    hint="Every step follows the same rule; look at the first step that the message names.",
)
def test_fifty_steps_match_torch(submission, torch_impl, rng):
    """Fifty steps with given gradients land where `torch.optim.SGD` lands."""
    params = draw(rng, *SHAPES)
    stream = []
    for t in range(50):
        # From tiny to huge, and now and then missing: real gradients come so.
        grads = [g * 10.0 ** rng.integers(-4, 3) for g in draw(rng, *SHAPES)]
        if t % 5 == 3:
            grads[int(rng.integers(3))] = None
        stream.append(grads)

    actual = submission.run(trajectory, params=params, stream=stream, lr=LR)

    expected = torch_impl.run(trajectory, params=params, stream=stream, lr=LR)
    assert_close(actual, expected, atol=1e-10, what="parameters")


@check(
    points=3,
    requires=("every_parameter_moves", "zero_grad_clears_every_gradient"),
    hint="Backward, step, zero_grad: print one parameter and its gradient after each of the three.",
)
def test_training_matches_torch(submission, torch_impl, rng):
    """Fifty steps of training end with the parameters that torch ends with."""
    x, y, table, mixing, bias, spare = draw(rng, (16, 6), (16, 6), (6, 4), (4, 4), (4,), (3,))
    weights = [0.5 * table, 0.5 * mixing, bias, spare]
    case = {"data": [x, y], "weights": weights, "lr": LR, "steps": 50}

    actual = submission.run(train, **case)

    expected = torch_impl.run(train, **case)
    what = "[tied weight, weight, frozen bias, unused] parameters"
    assert_close(actual, expected, atol=1e-10, what=what)


@check(
    points=2,
    requires="one_step_matches",
    hint="The update should not care how many bits a number has.",
)
def test_every_dtype_matches_torch(submission, torch_impl, rng):
    """A step in float64, float32, bfloat16 and float16 keeps the dtype and torch's values."""
    for dtype in (torch.float64, torch.float32, torch.bfloat16, torch.float16):
        case = {"params": draw(rng, (3, 5), dtype=dtype), "lr": LR}
        case["stream"] = [draw(rng, (3, 5), dtype=dtype)]

        actual = submission.run(trajectory, **case)

        expected = torch_impl.run(trajectory, **case)
        assert_close(actual, expected, what=f"{str(dtype).removeprefix('torch.')} parameters")


@check(requires="one_step_matches", hint="Subtraction and multiplication also work on complex.")
def test_complex_parameter_matches_torch(submission, torch_impl, rng):
    """A complex parameter is stepped as torch steps it."""
    params, grads = ([torch.complex(*draw(rng, (3, 5), (3, 5)))] for _ in range(2))
    case = {"params": params, "stream": [grads], "lr": LR}

    actual = submission.run(trajectory, **case)

    assert_close(actual, torch_impl.run(trajectory, **case), what="complex parameters")


@check(
    requires="one_step_matches",
    hint="A sparse gradient stores a few rows, but can be scaled and subtracted as it is.",
)
def test_sparse_gradient_matches_torch(submission, torch_impl, rng):
    """A sparse gradient changes the rows that it stores, as in torch."""
    weight, values = draw(rng, (6, 3), (3, 3))
    # A row twice: an embedding that met a word twice stores both, unsummed.
    case = {"weight": weight, "rows": torch.tensor([4, 1, 4]), "values": values, "lr": LR}

    actual = submission.run(step_with_a_sparse_gradient, **case)

    expected = torch_impl.run(step_with_a_sparse_gradient, **case)
    assert_close(actual, expected, what="a parameter with a sparse gradient")


@check(requires="one_step_matches", hint="Read rule 1 of `step` again: what alone decides?")
def test_frozen_parameter_with_a_gradient_matches_torch(submission, torch_impl, rng):
    """A parameter frozen after backward is stepped if it has a gradient, as in torch."""
    value, grad = draw(rng, (3, 5), (3, 5))

    actual = submission.run(step_when_frozen, value=value, grad=grad, lr=LR)

    expected = torch_impl.run(step_when_frozen, value=value, grad=grad, lr=LR)
    assert_close(actual, expected, what="a frozen parameter that has a gradient")


@check(requires="one_step_matches", hint="A tensor with zero dimensions multiplies like a number.")
def test_rate_as_a_tensor_matches_torch(submission, torch_impl, rng):
    """A learning rate that is a tensor with zero dimensions works as in torch."""
    case = {"params": draw(rng, (3, 5)), "stream": [draw(rng, (3, 5)) for _ in range(2)]}
    case["lr"] = torch.tensor(LR, dtype=torch.float64)

    actual = submission.run(trajectory, **case)

    assert_close(actual, torch_impl.run(trajectory, **case), what="with a tensor as lr, parameters")
