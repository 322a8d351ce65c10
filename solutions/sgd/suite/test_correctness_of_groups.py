"""Groups, what they refuse, gradients that are cleared, and state that is saved."""

import torch
from probes import (
    buffers,
    clear,
    deepcopied,
    described,
    errors_of_loading,
    errors_of_params,
    errors_of_settings,
    forms_of_params,
    group_added_later,
    groups_apart,
    resumed,
    two_after_loading,
)

from autograder.suite import assert_close, assert_same, check, draw_normal, require

SHAPES = ((3, 5), (4,), (3, 5))
HEAVY = {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.05}


def draw(rng, *shapes):
    return [draw_normal(rng, *shape, dtype=torch.float64) for shape in shapes]


def draw_stream(rng, n):
    return [draw(rng, *SHAPES) for _ in range(n)]


def require_errors(seen, expected):
    for name, kind in expected.items():
        got = seen.get(name)
        wanted = kind or "no exception"
        require(got == kind, f"{name}: expected {wanted}, got {got or 'no exception'}.")


@check(
    points=2,
    requires="momentum_adds_gradients_up",
    hint="A setting comes from the group, else from the keywords, else from the defaults.",
)
def test_groups_have_settings_of_their_own(submission, torch_impl, rng):
    """A group's own setting wins over the keyword, and the keyword over the default."""
    options = ({"lr": 0.5, "momentum": 0.0}, {}, {"weight_decay": 0.5, "maximize": True})
    groups = [[[p], more] for p, more in zip(draw(rng, *SHAPES), options, strict=True)]
    case = {"groups": groups, "hyper": {"lr": 0.1, "momentum": 0.9}, "stream": draw_stream(rng, 3)}

    actual = submission.run(groups_apart, **case)

    expected = torch_impl.run(groups_apart, **case)
    what = "with options {lr=.5, momentum=0}, {}, {weight_decay=.5, maximize}, the"
    assert_close(actual["parameters"], expected["parameters"], what=f"{what} parameters")
    assert_close(actual["settings"], expected["settings"], what=f"{what} settings")


@check(
    requires="plain_steps_match", hint="Which of your lines reads `params`, and how often can it?"
)
def test_params_may_come_in_many_forms(submission, torch_impl, rng):
    """Parameters and groups may come from generators, and a group may be one tensor."""
    case = {"params": draw(rng, *SHAPES), "stream": draw_stream(rng, 3), "hyper": {"lr": 0.1}}

    actual = submission.run(forms_of_params, **case)

    expected = torch_impl.run(forms_of_params, **case)
    assert_close(actual, expected, what="after three steps, parameters given as")


@check(
    requires=("groups_have_settings_of_their_own", "missing_gradient_rests_and_zero_coasts"),
    hint="A group that comes later is a group like any other.",
)
def test_group_may_be_added_later(submission, torch_impl, rng):
    """A group that is added after some steps gets defaults, its own settings, and its own start."""
    shapes = ((3, 5), (3, 5))
    case = {"params": draw(rng, *shapes), "stream": [draw(rng, *shapes) for _ in range(5)]}
    case |= {"hyper": {**HEAVY, "dampening": 0.5}, "options": {"lr": 0.5}}

    actual = submission.run(group_added_later, **case)

    expected = torch_impl.run(group_added_later, **case)
    assert_close(actual, expected, atol=1e-10, what="with a group added after two steps, results")


@check(
    requires="plain_steps_match",
    hint="Whether two tensors are one and the same is asked with `is`; `==` compares elements.",
)
def test_wrong_params_are_refused(submission, rng):
    """No parameters, one bare tensor, numbers, non-leaves and doubles raise what torch raises."""
    (value,) = draw(rng, (3, 2))

    seen = submission.run(errors_of_params, value=value)

    expected = {
        "two groups": None,
        "adding another one": None,
        "no parameters": "ValueError",
        "one tensor": "TypeError",
        "a number among the parameters": "TypeError",
        "a tensor that is no leaf": "ValueError",
        "a parameter in two groups": "ValueError",
        "adding a parameter again": "ValueError",
    }
    require_errors(seen, expected)


@check(
    requires="plain_steps_match",
    hint="For each setting, ask which values make no sense, and whether zero is one of them.",
)
def test_wrong_settings_are_refused(submission, rng):
    """Settings that make no sense raise a ValueError; zeros and a tensor lr do not."""
    (value,) = draw(rng, (3, 2))
    wrong = [
        {"lr": -0.1},
        {"lr": 0.1, "momentum": -0.5},
        {"lr": 0.1, "weight_decay": -1.0},
        {"lr": 0.1, "nesterov": True},
        {"lr": 0.1, "nesterov": True, "momentum": 0.9, "dampening": 0.1},
        {"lr": torch.tensor([0.1, 0.2])},
    ]
    right = [
        {},
        {"lr": 0.0},
        {"lr": 0.1, "momentum": 0.0, "dampening": 0.0, "weight_decay": 0.0},
        {"lr": 0.1, "momentum": 0.9, "dampening": 0.5},
        {"lr": torch.tensor(0.1), "nesterov": True, "momentum": 0.9},
        {"lr": torch.tensor([0.1])},
    ]

    seen = submission.run(errors_of_settings, value=value, cases=[*wrong, *right])

    require(len(seen) == len(wrong) + len(right), "not every case gave an answer")
    for got, case in zip(seen, [*wrong, *right], strict=True):
        kind = "ValueError" if any(case is other for other in wrong) else None
        told = ", ".join(f"{name}={setting}" for name, setting in case.items())
        require_errors({f"SGD(params, {told})": got}, {f"SGD(params, {told})": kind})


@check(
    requires="plain_steps_match",
    hint="There are two ways to clear, several groups, and parameters without a gradient.",
)
def test_zero_grad_clears_both_ways(submission, rng):
    """By default gradients become None; with set_to_none=False they are zeroed where they lie."""
    params, grads = draw(rng, *SHAPES), draw(rng, *SHAPES)
    grads[1] = None

    for options in ({}, {"set_to_none": True}):
        seen = submission.run(clear, params=params, grads=grads, options=options)
        told = "zero_grad(set_to_none=True)" if options else "zero_grad()"
        assert_same(seen["gradients"], [None] * 3, what=f"after {told}, gradients")
        assert_same(seen["parameters"], params, what=f"after {told}, parameters")
    seen = submission.run(clear, params=params, grads=grads, options={"set_to_none": False})
    zeros = [None if g is None else torch.zeros_like(g) for g in grads]
    assert_same(seen["gradients"], zeros, what="after zero_grad(set_to_none=False), gradients")
    require(all(seen["same"]), "zero_grad(set_to_none=False) made new gradients.")
    assert_same(seen["parameters"], params, what="after zero_grad, parameters")


@check(
    points=2,
    requires="momentum_adds_gradients_up",
    hint="Look at `optimizer.state` after a step: what are its keys, and what are the values?",
)
def test_state_has_one_buffer_for_each_parameter(submission, torch_impl, rng):
    """`state[p]["momentum_buffer"]` is p's own buffer; where nothing is to be kept there is none."""
    case = {"params": draw(rng, *SHAPES), "stream": draw_stream(rng, 3)}
    case["stream"][0][1] = None

    for hyper in (HEAVY, {"lr": 0.1, "weight_decay": 0.1}):
        actual = submission.run(buffers, **case, hyper=hyper)
        expected = torch_impl.run(buffers, **case, hyper=hyper)
        what = f"with momentum {hyper.get('momentum', 0)}, state"
        assert_close(actual, expected, what=what)


@check(
    requires="state_has_one_buffer_for_each_parameter",
    hint="Print `torch.optim.SGD(...).state_dict()` on your own machine.",
)
def test_state_dict_has_numbers_for_parameters(submission, torch_impl, rng):
    """A state dict has torch's form: settings, and buffers under the numbers of parameters."""
    case = {"params": draw(rng, *SHAPES), "stream": draw_stream(rng, 2)}
    case |= {"hyper": HEAVY, "options": {"lr": 0.5}}
    case["stream"][0][1] = case["stream"][1][1] = None

    actual = submission.run(described, **case)

    expected = torch_impl.run(described, **case)
    assert_close(actual, expected, what="state_dict()")


@check(
    requires="state_dict_has_numbers_for_parameters",
    hint="What does a new optimizer need to know to go on as if nothing had happened?",
)
def test_training_goes_on_after_loading(submission, torch_impl, rng):
    """A new optimizer that loads a state dict goes on where the old one stood, settings included."""
    case = {"params": draw(rng, *SHAPES), "stream": draw_stream(rng, 6), "hyper": HEAVY}
    case |= {"other": {"lr": 3.0}, "options": {"lr": 0.5, "nesterov": True}}

    actual = submission.run(resumed, **case)

    expected = torch_impl.run(resumed, **case)
    assert_close(actual["lr"], expected["lr"], what="after loading, lr of the groups")
    assert_close(
        actual["parameters"], expected["parameters"], atol=1e-10, what="after going on, parameters"
    )


@check(
    requires="training_goes_on_after_loading",
    hint="Which objects belong to several optimizers after loading?",
)
def test_loading_shares_no_settings(submission, rng):
    """A state dict may be loaded twice; a new lr in one optimizer then leaves the others'."""
    case = {"params": draw(rng, *SHAPES), "grads": draw(rng, *SHAPES), "hyper": HEAVY}

    seen = submission.run(two_after_loading, **case)

    what = "lr of the saved optimizer, of one that loaded and got a new lr, and of one that loaded"
    assert_close(seen["rates"], [0.1, 7.0, 0.1], what=what)
    own = seen["own parameters"]
    assert_same(own, [True] * 3, what="whether an optimizer that loaded keeps its parameters")


@check(
    requires="training_goes_on_after_loading",
    hint="How would you notice that a state dict belongs to another model?",
)
def test_state_of_other_groups_is_refused(submission, rng):
    """A state dict whose groups differ in number or size raises a ValueError."""
    seen = submission.run(errors_of_loading, params=draw(rng, *SHAPES))

    expected = {
        "the same groups": None,
        "a group less": "ValueError",
        "a parameter less": "ValueError",
        "as many parameters in other groups": "ValueError",
    }
    require_errors(seen, expected)


@check(
    requires="state_has_one_buffer_for_each_parameter",
    hint="`copy.deepcopy` copies what an object holds; `id(p)` of a copy is another number.",
)
def test_copied_optimizer_goes_on(submission, torch_impl, rng):
    """Model and optimizer that are copied together go on together, apart from the originals."""
    case = {"params": draw(rng, *SHAPES), "stream": draw_stream(rng, 6), "hyper": HEAVY}

    actual = submission.run(deepcopied, **case)

    expected = torch_impl.run(deepcopied, **case)
    assert_close(actual["copies"], expected["copies"], what="after going on, copied parameters")
    assert_same(actual["originals moved"], [False] * 3, what="whether the originals moved")
