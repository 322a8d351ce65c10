"""What you may run as often as you like, with `grade check sgd`."""

import torch
from probes import clear, errors, resumed, trajectory, two_groups

from autograder.suite import assert_close, assert_same, check, draw_normal, require


def draw(rng, *shapes):
    return [draw_normal(rng, *shape, dtype=torch.float64) for shape in shapes]


@check(hint="Without any other setting the rule is one line: p - lr * p.grad.")
def test_plain_step_matches(submission, rng):
    """Without momentum and decay, a step changes every parameter p to p - lr * p.grad."""
    params, grads = draw(rng, (2, 3), (4,)), draw(rng, (2, 3), (4,))

    seen = submission.run(trajectory, params=params, stream=[grads], hyper={"lr": 0.1})

    expected = [p - 0.1 * g for p, g in zip(params, grads, strict=True)]
    assert_close(seen, {"after step 1": expected}, what="parameters")


@check(requires="plain_step_matches", hint="Write down buffer and parameter for two steps.")
def test_momentum_adds_gradients_up(submission, rng):
    """With momentum m, the second step follows m * (first gradient) + second gradient."""
    (p,), (a,), (b,) = draw(rng, (2, 3)), draw(rng, (2, 3)), draw(rng, (2, 3))
    hyper = {"lr": 0.1, "momentum": 0.9}

    seen = submission.run(trajectory, params=[p], stream=[[a], [b]], hyper=hyper)

    first = p - 0.1 * a
    second = first - 0.1 * (0.9 * a + b)
    expected = {"after step 1": [first], "after step 2": [second]}
    assert_close(seen, expected, what="with momentum 0.9, parameters")


@check(requires="momentum_adds_gradients_up", hint="Does decay come before momentum, or after?")
def test_weight_decay_goes_through_the_momentum(submission, rng):
    """Weight decay adds weight_decay * p to the gradient before momentum sees it."""
    (p,), (a,), (b,) = draw(rng, (2, 3)), draw(rng, (2, 3)), draw(rng, (2, 3))
    hyper = {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.5}

    seen = submission.run(trajectory, params=[p], stream=[[a], [b]], hyper=hyper)

    buffer = a + 0.5 * p
    first = p - 0.1 * buffer
    buffer = 0.9 * buffer + b + 0.5 * first
    expected = {"after step 1": [first], "after step 2": [first - 0.1 * buffer]}
    assert_close(seen, expected, what="with momentum and weight decay, parameters")


@check(requires="plain_step_matches", hint="A group may be one tensor, and may name settings.")
def test_groups_have_settings_of_their_own(submission, rng):
    """A group's own lr wins over the keyword."""
    params, grads = draw(rng, (2, 3), (4,)), draw(rng, (2, 3), (4,))

    actual = submission.run(two_groups, params=params, grads=grads, options={"lr": 0.5})

    expected = [params[0] - 0.1 * grads[0], params[1] - 0.5 * grads[1]]
    assert_close(actual, expected, what="with lr 0.1 and 0.5, parameters")


@check(hint="There are two ways to clear.")
def test_zero_grad_clears_both_ways(submission, rng):
    """By default gradients become None; with set_to_none=False they become zero."""
    params, grads = draw(rng, (2, 3), (4,)), draw(rng, (2, 3), (4,))

    nothing = submission.run(clear, params=params, grads=grads, options={})
    zeros = submission.run(clear, params=params, grads=grads, options={"set_to_none": False})

    assert_same(nothing, [None, None], what="after zero_grad(), gradients")
    expected = [torch.zeros_like(g) for g in grads]
    assert_same(zeros, expected, what="after zero_grad(set_to_none=False), gradients")


@check(requires="momentum_adds_gradients_up", hint="Settings and buffers both have to be saved.")
def test_training_goes_on_after_loading(submission, rng):
    """A new optimizer that loads a state dict goes on where the old one stood."""
    (p,), (a,), (b,) = draw(rng, (2, 3)), draw(rng, (2, 3)), draw(rng, (2, 3))
    hyper = {"lr": 0.1, "momentum": 0.9}

    actual = submission.run(resumed, params=[p], stream=[[a], [b]], hyper=hyper)

    expected = [p - 0.1 * a - 0.1 * (0.9 * a + b)]
    assert_close(actual, expected, what="after loading and one more step, parameters")


@check(hint="Which values of each setting make no sense?")
def test_wrong_arguments_are_refused(submission, rng):
    """No parameters, a negative lr, and nesterov without momentum raise a ValueError."""
    seen = submission.run(errors, value=draw(rng, (2, 3))[0])

    for call, error in seen.items():
        require(error == "ValueError", f"{call} raised {error or 'nothing'}; expected ValueError")
