"""Where `torch.optim.Adam` and `torch.optim.AdamW` land, the submission lands."""

import torch
from probes import states, train, trajectory

from autograder.suite import assert_close, check, draw_labels, draw_normal, require

SHAPES = ((3, 5), (4, 4), (7,))
# What each of these builds on has a check of its own, which says more about a failure.
_ADAM = (
    "three_steps_match",
    "each_parameter_counts_its_own_steps",
    "eps_damps_tiny_gradients",
)
_SETTINGS = (
    "betas_and_eps_are_used",
    "weight_decay_is_a_part_of_the_gradient",
    "maximize_walks_uphill",
)
_ADAMW = (
    "three_steps_of_adamw_match",
    "adamw_leaves_parameters_without_gradient_alone",
    "adamw_shrinks_under_maximize",
    "zero_gradient_of_adamw_only_decays",
    "eps_damps_tiny_gradients",
    "betas_and_eps_are_used",
)


def draw(rng, *shapes, dtype=torch.float64):
    return [draw_normal(rng, *shape, dtype=dtype) for shape in shapes]


def draw_case(rng, name, steps, dtype=torch.float64, **hyper):
    """Return a case whose gradients are tiny and huge, and now and then missing."""
    params = draw(rng, *SHAPES, dtype=dtype)
    stream = []
    for t in range(steps):
        grads = [g * 10.0 ** int(rng.integers(-4, 3)) for g in draw(rng, *SHAPES, dtype=dtype)]
        if t % 5 == 3:
            grads[int(rng.integers(3))] = None
        stream.append(grads)
    return {"name": name, "params": params, "stream": stream, "hyper": hyper}


def require_like_torch(submission, torch_impl, case, what):
    actual = submission.run(trajectory, **case)
    expected = torch_impl.run(trajectory, **case)
    assert_close(actual, expected, atol=1e-10, what=f"{what}, parameters")


@check(
    points=2,
    requires=(*_ADAM, *_SETTINGS),
    hint="Every step follows the same rules; look at the first step that the message names.",
)
def test_fifty_steps_match_torch(submission, torch_impl, rng):
    """Fifty steps of Adam land where torch's Adam lands, with several settings."""
    for hyper in (
        {},
        {"lr": 0.1},
        {"lr": 0.1, "betas": (0.5, 0.5)},
        {"lr": 0.1, "betas": (0.8, 0.99), "eps": 1e-4, "weight_decay": 0.1, "maximize": True},
    ):
        case = draw_case(rng, "Adam", 50, **hyper)
        require_like_torch(submission, torch_impl, case, f"with {hyper or 'all defaults'}")


@check(
    points=2,
    requires=_ADAMW,
    hint="Every step follows the same rules; look at the first step that the message names.",
)
def test_fifty_steps_of_adamw_match_torch(submission, torch_impl, rng):
    """Fifty steps of AdamW land where torch's AdamW lands, with several settings."""
    for hyper in (
        {},
        {"lr": 0.1, "weight_decay": 0.1},
        {"lr": 0.1, "betas": (0.8, 0.99), "eps": 1e-4, "weight_decay": 0.3, "maximize": True},
    ):
        case = draw_case(rng, "AdamW", 50, **hyper)
        require_like_torch(submission, torch_impl, case, f"with {hyper or 'all defaults'}")


@check(
    requires=(*_ADAM, *_SETTINGS),
    hint="For a gradient of 1e-6 the square is 1e-12; where is eps added?",
)
def test_tiny_gradients_match_torch(submission, torch_impl, rng):
    """Fifty steps with gradients of 1e-6 and of 1e-12 land where torch lands."""
    for size in (1e-6, 1e-12):
        case = draw_case(rng, "Adam", 50, lr=0.1)
        for grads in case["stream"]:
            grads[:] = [None if g is None else g.sign() * (g.abs() % 1 + 0.1) * size for g in grads]
        require_like_torch(submission, torch_impl, case, f"with gradients of about {size:g}")


@check(
    points=2,
    requires=(*_ADAM, *_SETTINGS),
    hint="Print one parameter, its gradient and its state after each step of a small training.",
)
def test_training_matches_torch(submission, torch_impl, rng):
    """Fifty steps of training a classifier end with the parameters that torch ends with."""
    x, table, mixing, bias, spare = draw(rng, (16, 6), (6, 4), (4, 4), (6,), (3,))
    case = {
        "name": "Adam",
        "data": [x, draw_labels(rng, 16, 6)],
        "weights": [0.5 * table, 0.5 * mixing, bias, spare],
        "steps": 50,
        "hyper": {"lr": 0.05, "weight_decay": 0.01},
    }

    actual = submission.run(train, **case)

    expected = torch_impl.run(train, **case)
    what = "[tied weight, weight, frozen bias, unused] parameters"
    assert_close(actual, expected, atol=1e-10, what=what)


@check(points=2, requires=_ADAM, hint="Read what the docstring of the class says about `state`.")
def test_state_matches_torch(submission, torch_impl, rng):
    """After some steps `state` holds torch's numbers under torch's names."""
    case = draw_case(rng, "Adam", 10, lr=0.1)

    actual = submission.run(states, **case)

    expected = torch_impl.run(states, **case)
    for i, (state, want) in enumerate(zip(actual, expected, strict=True)):
        require(isinstance(state, dict), f"parameter {i} has no dict in `state` after 10 steps.")
        missing = sorted(want.keys() - state.keys())
        require(not missing, f"the state of parameter {i} has no {missing}.")
        found = {key: state[key] for key in want}
        assert_close(found, want, atol=1e-10, what=f"after 10 steps, the state of parameter {i}")


@check(requires=_ADAM, hint="Running means should have the dtype of their parameter.")
def test_every_dtype_matches_torch(submission, torch_impl, rng):
    """Three steps in float32, bfloat16 and float16 keep the dtype and stay near torch."""
    for dtype, rtol in ((torch.float32, 1e-5), (torch.bfloat16, 3e-2), (torch.float16, 1e-2)):
        case = {
            "name": "Adam",
            "params": draw(rng, (3, 5), dtype=dtype),
            # No element near zero: in half precision its size would be lost.
            "stream": [
                [g.sign() * (1 + g.abs() % 1)] for g in draw(rng, *[(3, 5)] * 3, dtype=dtype)
            ],
            "hyper": {"lr": 0.5, "eps": 1e-3},
        }

        actual = submission.run(trajectory, **case)
        (state,) = submission.run(states, **case)

        expected = torch_impl.run(trajectory, **case)
        (want,) = torch_impl.run(states, **case)
        name = str(dtype).removeprefix("torch.")
        assert_close(actual, expected, rtol=rtol, atol=2 * rtol, what=f"{name} parameters")
        for key in ("exp_avg", "exp_avg_sq"):
            mean = state.get(key) if isinstance(state, dict) else None
            if mean is not None:  # what it is called is for another check
                what = f"{key} of {name} parameters"
                assert_close(mean, want[key], rtol=3 * rtol, atol=2 * rtol, what=what)
