"""What you may run as often as you like, with `grade check module`."""

import torch
from probes import called, changed, descend, modes, nested, own, tied

from autograder.suite import assert_same, check, draw_normal, require


@check(hint="What does `__setattr__` do with a value that is an `nn.Parameter`?")
def test_own_parameters_are_listed(submission, rng):
    """Parameters are listed by name and in order, a number is not; all can be read."""
    value = draw_normal(rng, 3)

    seen = submission.run(own, value=value)

    assert_same(seen["listed"], ["weight", "bias"], what="the names listed")
    assert_same(seen["steps"], 3, what="module.steps")
    assert_same(seen["weight"], value, what="module.weight")


@check(requires="own_parameters_are_listed", hint="Ask each child for its own parameters.")
def test_children_are_listed(submission, rng):
    """Own parameters come first, then those of the children, with dotted names."""
    actual = submission.run(nested, value=draw_normal(rng, 3))

    expected = ["scale", "child.weight", "layer.weight", "layer.bias"]
    assert_same(actual, expected, what="the names listed")


@check(requires="own_parameters_are_listed", hint="In how many places is a name noted down?")
def test_changes_are_followed(submission, rng):
    """A second assignment replaces the first one, and `del` forgets."""
    value = draw_normal(rng, 3)

    seen = submission.run(changed, value=value)

    assert_same(seen["listed"], ["weight"], what="the names listed")
    assert_same(seen["weight"], value + 1, what="module.weight")
    require(seen["left"] is False, "module.bias is still there after `del module.bias`")


@check(requires="children_are_listed", hint="How do you know that you met an object before?")
def test_tied_weights_are_listed_once(submission, rng):
    """A parameter that two children share is listed once."""
    actual = submission.run(tied, value=draw_normal(rng, 3))

    assert_same(actual, ["one.weight"], what="the names listed")


@check(requires="children_are_listed", hint="How far down does the news of a new mode go?")
def test_modes_reach_all_modules(submission, rng):
    """`eval` and `train` reach the module, its child and a layer below, and return the module."""
    seen = submission.run(modes, value=draw_normal(rng, 3))

    expected = {
        "eval": [False] * 3,
        "eval returns the module": True,
        "train": [True] * 3,
        "train returns the module": True,
    }
    assert_same(seen, expected, what="after a switch,")


@check(hint="`__call__` is one line, if there is a `forward`.")
def test_a_call_is_a_call_of_forward(submission, rng):
    """Calling a module returns what its `forward` returns."""
    x = draw_normal(rng, 3)

    assert_same(submission.run(called, x=x), x * 3, what="the result of the call")


@check(
    requires="children_are_listed",
    hint="What does the optimizer get, and what becomes of the gradients?",
)
def test_an_optimizer_can_use_it(submission, rng):
    """Thirty steps of torch's optimizer bring the loss of a module close to zero."""
    x, weight = torch.ones(3), draw_normal(rng, 3)

    losses = submission.run(descend, weight=weight, x=x, steps=30)

    require(
        losses[-1] < 0.01 * losses[0],
        f"the loss was {losses[0]:.3g} at first and is {losses[-1]:.3g} after 30 steps",
    )
