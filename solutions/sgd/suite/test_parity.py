"""Where `torch.optim.SGD` lands, the submission lands."""

from itertools import product

import torch
from probes import described, grid, loaded, sparse_steps, train, trajectory

from autograder.suite import assert_close, check, draw_normal

SHAPES = ((3, 5), (4,))
HEAVY = {"lr": 0.05, "momentum": 0.9, "weight_decay": 0.05}


def draw(rng, *shapes, dtype=torch.float64):
    return [draw_normal(rng, *shape, dtype=dtype) for shape in shapes]


def legal_settings():
    names = ("momentum", "dampening", "weight_decay", "nesterov", "maximize")
    values = ((0, 0.9), (0, 0.1, 0.5), (0, 0.05), (False, True), (False, True))
    for chosen in product(*values):
        case = dict(zip(names, chosen, strict=True))
        if not case["nesterov"] or (case["momentum"] and not case["dampening"]):
            yield {"lr": 0.1, **case}


@check(
    points=3,
    requires=("plain_steps_match", "momentum_adds_gradients_up"),
    hint="The message names the settings; set all others to zero, one after the other.",
)
def test_every_combination_matches_torch(submission, torch_impl, rng):
    """Twenty steps with every legal combination of settings land where torch's do."""
    cases = list(legal_settings())
    case = {"params": draw(rng, *SHAPES), "stream": [draw(rng, *SHAPES) for _ in range(20)]}

    actual = submission.run(grid, **case, cases=cases)

    expected = torch_impl.run(grid, **case, cases=cases)
    assert_close(len(actual), len(expected), what="the number of results")
    for got, want, hyper in zip(actual, expected, cases, strict=True):
        settings = ", ".join(f"{name}={value}" for name, value in hyper.items() if value)
        assert_close(got, want, atol=1e-10, what=f"with {settings}, parameters")


@check(
    points=2,
    requires=("weight_decay_goes_through_the_momentum", "zero_grad_clears_both_ways"),
    hint="Backward, step, zero_grad: print a parameter, its gradient and its buffer after each.",
)
def test_training_matches_torch(submission, torch_impl, rng):
    """Fifty steps of training end with the parameters that torch ends with."""
    x, y, table, mixing, bias, spare = draw(rng, (16, 6), (16, 6), (6, 4), (4, 4), (4,), (3,))
    case = {"data": [x, y], "weights": [0.5 * table, 0.5 * mixing, bias, spare], "steps": 50}

    actual = submission.run(train, **case, hyper=HEAVY)

    expected = torch_impl.run(train, **case, hyper=HEAVY)
    what = "[tied weight, weight, frozen bias, unused] parameters"
    assert_close(actual, expected, atol=1e-10, what=what)


@check(
    points=2,
    requires="momentum_adds_gradients_up",
    hint="Neither the update nor the buffer should care what kind of number it holds.",
)
def test_every_dtype_matches_torch(submission, torch_impl, rng):
    """Three steps in float32, bfloat16, float16 and complex keep the dtype and torch's values."""
    for dtype in (torch.float32, torch.bfloat16, torch.float16, torch.complex128):
        if dtype.is_complex:
            values = [torch.complex(*draw(rng, (3, 5), (3, 5))) for _ in range(4)]
        else:
            values = draw(rng, *[(3, 5)] * 4, dtype=dtype)
        case = {"params": values[:1], "stream": [[g] for g in values[1:]], "hyper": HEAVY}

        actual = submission.run(trajectory, **case)

        expected = torch_impl.run(trajectory, **case)
        assert_close(actual, expected, what=f"{str(dtype).removeprefix('torch.')} parameters")


@check(
    requires="momentum_adds_gradients_up",
    hint="A sparse gradient stores a few rows, but can be scaled and added as it is.",
)
def test_sparse_gradients_match_torch(submission, torch_impl, rng):
    """Sparse gradients with momentum change the rows that torch changes."""
    weight, *stream = draw(rng, (6, 3), *[(3, 3)] * 3)
    # A row twice: an embedding that met a word twice stores both, unsummed.
    case = {"weight": weight, "rows": torch.tensor([4, 1, 4]), "stream": stream}

    actual = submission.run(sparse_steps, **case, hyper={"lr": 0.1, "momentum": 0.9})

    expected = torch_impl.run(sparse_steps, **case, hyper={"lr": 0.1, "momentum": 0.9})
    assert_close(actual, expected, what="a parameter with sparse gradients")


@check(
    points=2,
    requires="training_goes_on_after_loading",
    hint="Compare the keys of your state dict with those of torch's.",
)
def test_state_goes_to_torch_and_back(submission, torch_impl, rng):
    """State dicts may be handed to torch's SGD and taken from it; training goes on."""
    shapes = (*SHAPES, (3, 5))
    stream = [draw(rng, *shapes) for _ in range(6)]
    case = {"params": draw(rng, *shapes), "stream": stream[:3], "hyper": HEAVY}
    case["options"] = {"lr": 0.5}
    theirs = torch_impl.run(described, **case)
    rest = {"stream": stream[3:], "hyper": {"lr": 9.0}}
    expected = torch_impl.run(loaded, params=theirs["parameters"], state=state_of(theirs), **rest)

    ours = submission.run(described, **case)
    assert_close(ours, theirs, what="state_dict()")

    mine = torch_impl.run(loaded, params=theirs["parameters"], state=state_of(ours), **rest)
    assert_close(mine, expected, what="after torch has loaded your state, parameters")
    case = {"params": theirs["parameters"], "state": state_of(theirs, foreach=None, fused=None)}
    back = submission.run(loaded, **case, **rest)
    assert_close(back, expected, what="after you have loaded torch's state, parameters")


def state_of(seen, **more):
    groups = [{**group, **more} for group in seen["param_groups"]]
    return {"state": seen["state"], "param_groups": groups}
