"""What is listed, switched and cleared in a whole tree of modules."""

import torch
from probes import (
    cleared,
    cycle,
    frames,
    iterators,
    modes,
    prefixed,
    shared_modules,
    shared_parameters,
    walks,
)

from autograder.suite import assert_budget, assert_same, check, draw_normal, require

OWN = "own_parameters_are_listed"
NESTED = "parameters_of_children_are_listed"
# A parameter at depth three passes through some five generators; right spellings take 5 to 12.
FRAMES = 30


def draw(rng, count):
    return [draw_normal(rng, 2, 3) for _ in range(count)]


def require_listed(actual, expected, what):
    names, wanted = [pair[0] for pair in actual], [pair[0] for pair in expected]
    require(names == wanted, f"{what}: named_parameters() lists {names}, expected {wanted}")
    for (name, value), (_, right) in zip(actual, expected, strict=True):
        assert_same(value, right, what=f"{what}: {name}")


@check(
    points=2,
    requires=NESTED,
    hint="An optimizer updates what it is given, twice where it is given twice.",
)
def test_a_shared_parameter_is_listed_once(submission, rng):
    """A parameter that is reached in several ways is listed once, by its first name."""
    values = draw(rng, 3)

    actual = submission.run(shared_parameters, values=values)

    names = ("own", "first.weight", "second.last")
    expected = list(zip(names, values, strict=True))
    require_listed(actual, expected, "with tied weights")


@check(
    requires=("a_shared_parameter_is_listed_once", "children_and_modules_are_walked_in_order"),
    hint="Is it the same object, or only an equal one? How would you remember that you met it?",
)
def test_a_shared_module_is_listed_once(submission, rng):
    """A module that hangs in the tree in several places is listed once by each method."""
    (value,) = draw(rng, 1)

    seen = submission.run(shared_modules, value=value)

    require_listed(seen["parameters"], [("one.weight", value)], "with a module in three places")
    assert_same(seen["children"], ["leaf", "middle"], what="children()")
    assert_same(seen["modules"], ["module", "leaf", "middle"], what="modules()")


@check(
    requires="a_shared_module_is_listed_once",
    hint="A child may know its parent. When does your walk end?",
)
def test_a_cycle_ends(submission, rng):
    """A child that has its parent as a child does not make the lists endless."""
    values = draw(rng, 2)

    seen = submission.run(cycle, values=values)

    expected = [("weight", values[0]), ("child.weight", values[1])]
    require_listed(seen["parameters"], expected, "of a parent whose child knows it")
    assert_same(seen["modules"], ["parent", "child"], what="modules()")


@check(
    points=3, requires=NESTED, hint="When is the list made: now, or when it was first asked for?"
)
def test_parameters_can_be_read_again(submission, rng):
    """`parameters()` is an iterator over the parameters of now, and the next call begins anew."""
    values = draw(rng, 3)

    seen = submission.run(iterators, values=values)

    assert_same(seen["first"], values[0], what="next(module.parameters())")
    assert_same(seen["once"], values[:2], what="list(module.parameters())")
    assert_same(seen["twice"], values[:2], what="the second list(module.parameters())")
    assert_same(seen["with a later child"], values, what="parameters() after a child was added")
    same = seen["the same objects"]
    require(same == [True] * 3, "parameters() yields other objects than the attributes hold")
    assert_same(seen["first name"], "weight", what="next(module.named_parameters())[0]")


@check(requires=NESTED, hint="What stands between the prefix and the name?")
def test_a_prefix_comes_before_every_name(submission, rng):
    """Under a prefix, every name begins with it and a dot."""
    values = draw(rng, 2)

    actual = submission.run(prefixed, values=values)

    names = ("model.encoder.weight", "model.encoder.child.weight")
    require_listed(actual, list(zip(names, values, strict=True)), "under 'model.encoder'")


@check(
    points=2, requires=NESTED, hint="Draw the tree, and number the modules in the order asked for."
)
def test_children_and_modules_are_walked_in_order(submission, rng):
    """`children` yields the next level; `modules` the module itself and all levels, depth first."""
    seen = submission.run(walks, value=draw(rng, 1)[0])

    assert_same(seen["children"], ["b", "a"], what="children()")
    assert_same(seen["children of b"], ["b.c"], what="children() of b")
    expected = ["root", "b", "b.c", "a", "a.layer"]
    assert_same(seen["modules"], expected, what="modules()")


@check(points=2, requires=NESTED, hint="How far down does the news of a new mode go?")
def test_modes_reach_every_module(submission, rng):
    """`train` and `eval` set the mode of all modules, torch's included, and return the module."""
    (x,) = draw(rng, 1)

    seen = submission.run(modes, x=x)

    expected = {
        "at first": True,
        "after eval()": False,
        "after train()": True,
        "after train(False)": False,
        "after train(True)": True,
        "after eval() of a child and train()": True,
    }
    for when, mode in expected.items():
        got = seen[when]
        require(
            got["training"] == [mode] * 5,
            f"{when}, `training` of the module, its child, the child's child, a ModuleList and a "
            f"Dropout in it is {got['training']}, expected {mode} for all",
        )
        right = torch.zeros_like(x) if mode else x
        assert_same(got["dropout"], right, what=f"{when}, what a Dropout(1.0) makes of x")
        require(
            got["returns itself"] is True, f"{when.removeprefix('after ')} returned another object"
        )


@check(
    points=2,
    requires=NESTED,
    hint="Which parameters have gradients, and what is `p.grad` where there was no backward?",
)
def test_zero_grad_clears_every_gradient(submission, rng):
    """After zero_grad all gradients, of children and of torch's layers too, are None or zeros."""
    weight = draw_normal(rng, 2, 3)
    values = [*draw(rng, 2), weight, weight[:, 0]]
    full = [*draw(rng, 3), draw_normal(rng, 2)]

    for grads in (full, [None, full[1], None, full[3]]):
        seen = submission.run(cleared, values=values, grads=grads)
        require(len(seen["gradients"]) == 4, "there should be four gradients")
        for i, gradient in enumerate(seen["gradients"]):
            require(
                gradient is None or (isinstance(gradient, torch.Tensor) and not gradient.any()),
                f"the gradient of parameter {i} is neither None nor all zeros after zero_grad.",
            )
        assert_same(seen["values"], values, what="the parameters after zero_grad")


@check(
    points=2,
    requires=("parameters_can_be_read_again", "children_and_modules_are_walked_in_order"),
    hint="How much is done again for every parameter that was done for the one before it?",
)
def test_listing_takes_a_few_steps_each(submission, rng):
    """Listing a large tree runs a few function calls for each parameter and each module."""
    width = 6

    seen = submission.run(frames, width=width, value=draw_normal(rng, 2))

    assert_same(seen["parameters"], width**3, what="the number of parameters")
    modules = 1 + width + width**2 + width**3
    assert_same(seen["modules"], modules, what="the number of modules")
    assert_budget(
        seen["frames of parameters"],
        at_most=FRAMES,
        count=width**3,
        told="listing the parameters entered {} functions or generators per parameter",
    )
    assert_budget(
        seen["frames of modules"],
        at_most=FRAMES,
        count=modules,
        told="listing the modules entered {} functions or generators per module",
    )
