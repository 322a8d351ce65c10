"""What is registered by an assignment, and forgotten by the next one or by `del`."""

import torch
from probes import (
    before_init,
    call_without_forward,
    calls,
    changed_kind,
    copies,
    deleted,
    error_inside_forward,
    foundations,
    missing,
    mixed_order,
    own_parameters,
    plain_values,
    reassigned,
    silence,
    taken_out,
    tensor_over_parameter,
    through_a_property,
    torch_children,
    tree,
)

from autograder.suite import assert_same, check, draw_normal, require

OWN = "own_parameters_are_listed"
NESTED = "parameters_of_children_are_listed"


def draw(rng, count):
    """Return small tensors that differ, so that values tell parameters apart."""
    return [draw_normal(rng, 2, 3) for _ in range(count)]


def require_listed(actual, expected, what):
    """Require names first, which say more, then values."""
    require(isinstance(actual, list), f"{what}: there is no list of parameters")
    names, wanted = [pair[0] for pair in actual], [pair[0] for pair in expected]
    require(names == wanted, f"{what}: named_parameters() lists {names}, expected {wanted}")
    for (name, value), (_, right) in zip(actual, expected, strict=True):
        assert_same(value, right, what=f"{what}: {name}")


@check(points=2, hint="What does `__setattr__` do with a value that is an `nn.Parameter`?")
def test_own_parameters_are_listed(submission, rng):
    """Parameters that were assigned to attributes are listed by name, in order, and can be read."""
    values = dict(zip(("weight", "bias", "_scale", "a"), draw(rng, 4), strict=True))

    seen = submission.run(own_parameters, values=values)

    require_listed(
        seen["listed"], list(values.items()), "after four assignments, and one to another module"
    )
    for name, value in values.items():
        assert_same(seen["read"][name], value, what=f"module.{name}")


@check(
    requires=OWN,
    hint="Of which values should `__setattr__` take a note? A class is no object of that class.",
)
def test_plain_values_are_kept_and_not_listed(submission, rng):
    """Tensors, numbers, texts, None, lists and classes can be read again, and are not listed."""
    (value,) = draw(rng, 1)

    seen = submission.run(plain_values, value=value)

    expected = {
        "tensor": value,
        "with_grad": value,
        "number": 3,
        "text": "relu",
        "absent": None,
        "items": [1, 2],
        "_hidden": 0.5,
    }
    assert_same(seen["read"], expected, what="the attributes read back")
    require(seen["classes"] is True, "a class assigned to an attribute is not what is read back")
    require(
        not seen["listed"], f"named_parameters() lists {seen['listed']}, which are no parameters"
    )
    require(
        not seen["children"], f"children() has objects of type {seen['children']}, expected none"
    )


@check(points=2, requires=OWN, hint="A child can list its own parameters. What is left to you?")
def test_parameters_of_children_are_listed(submission, rng):
    """Parameters of children and of their children have dotted names."""
    a, b, c, d = draw(rng, 4)

    actual = submission.run(tree, a=a, b=b, c=c, d=d)

    names = ("weight", "child.weight", "child.inner.weight", "child.inner.deep.bias")
    require_listed(actual, list(zip(names, (a, b, c, d), strict=True)), "in a tree of four")


@check(requires=NESTED, hint="By which sign do you know a child? Does `nn.Linear(2, 3)` have it?")
def test_modules_of_torch_are_children(submission, rng):
    """A layer of torch is a child, and so are the layers inside of it."""
    weight, value = draw(rng, 2)
    bias = weight[:, 0]

    actual = submission.run(torch_children, weight=weight, bias=bias, value=value)

    expected = [
        ("layer.weight", weight),
        ("layer.bias", bias),
        ("block.1.weight", weight + 1),
        ("block.1.bias", bias + 1),
        ("own.weight", value),
    ]
    require_listed(actual, expected, "with layers of torch")


@check(requires=NESTED, hint="The docstring of `named_parameters` names the order.")
def test_own_parameters_come_before_those_of_children(submission, rng):
    """A module's own parameters come first, then its children in order of assignment."""
    values = draw(rng, 4)

    actual = submission.run(mixed_order, values=values)

    names, order = ("p", "q", "b.weight", "a.weight"), (1, 3, 0, 2)
    expected = [(name, values[i]) for name, i in zip(names, order, strict=True)]
    require_listed(actual, expected, "after assigning a child, p, a child, and q")


@check(points=2, requires=NESTED, hint="What does a dictionary do with a key that it has already?")
def test_assigning_again_replaces(submission, rng):
    """A second assignment replaces a parameter or a child, in its old place."""
    values = draw(rng, 6)

    seen = submission.run(reassigned, values=values)

    names, order = ("p", "q", "a.weight", "b.weight"), (4, 1, 5, 3)
    expected = [(name, values[i]) for name, i in zip(names, order, strict=True)]
    require_listed(seen["listed"], expected, "after p and a were assigned again")
    assert_same(seen["p"], values[4], what="module.p after the second assignment")
    assert_same(seen["a.weight"], values[5], what="module.a.weight after the second assignment")


@check(requires=NESTED, hint="What was the name registered as before, and what is it now?")
def test_a_name_may_change_its_kind(submission, rng):
    """A plain value can become a parameter, and a child can become None."""
    (value,) = draw(rng, 1)

    seen = submission.run(changed_kind, value=value)

    require_listed(seen["listed"], [("scale", value)], "after scale became a parameter, part None")
    require(seen["children"] == 0, "children() still has the child that was replaced by None")
    require(seen["part"] is None, "a child that was replaced by None can still be read")


@check(requires=OWN, hint="None says that there is no parameter of this name any more.")
def test_none_takes_a_parameter_out(submission, rng):
    """After None was assigned over a parameter, it is not listed, and None is read."""
    values = draw(rng, 2)

    seen = submission.run(taken_out, values=values)

    require_listed(seen["listed"], [("q", values[1])], "after module.p = None")
    require(seen["p"] is None, "module.p is not None after None was assigned to it")


@check(
    requires=OWN,
    hint="`self.weight = self.weight * 2` makes a plain tensor. What would become of the training?",
)
def test_a_tensor_over_a_parameter_is_refused(submission, rng):
    """Assigning a tensor or a number over a parameter is a TypeError, and changes nothing."""
    (value,) = draw(rng, 1)

    seen = submission.run(tensor_over_parameter, value=value)

    for what, error in seen["raised"].items():
        require(
            error == "TypeError",
            f"assigning {what} over a parameter raised {error or 'nothing'}, expected TypeError",
        )
    require_listed(seen["listed"], [("weight", value)], "after the refused assignments")
    assert_same(seen["read"], value, what="module.weight after the refused assignments")


@check(points=2, requires=NESTED, hint="In how many places is a name noted down?")
def test_deleted_names_are_forgotten(submission, rng):
    """After `del` a parameter, a child or a plain value is neither listed nor found."""
    values = draw(rng, 4)

    seen = submission.run(deleted, values=values)

    expected = [("q", values[1]), ("b.weight", values[3])]
    require_listed(seen["listed"], expected, "after del module.p and del module.a")
    require(seen["children"] == 1, f"children() has {seen['children']} items, expected 1")
    require(not seen["left"], f"after del, these attributes are still there: {seen['left']}")
    error = seen["a missing one"]
    require(
        error == "AttributeError",
        f"del of an attribute that never was raised {error or 'nothing'}, expected AttributeError",
    )


@check(requires=OWN, hint="Somebody mistypes `weight`. How do they find out?")
def test_a_missing_attribute_is_an_error(submission, rng):
    """Reading an attribute that is not there is an AttributeError that names class and attribute."""
    (value,) = draw(rng, 1)

    seen = submission.run(missing, value=value)

    for name, error in seen.items():
        require(error is not None, f"module.{name} is not there, and reading it raised nothing")
        require(
            error["raised"] == "AttributeError",
            f"reading module.{name} raised {error['raised']}, expected AttributeError",
        )
        require(
            name in error["text"] and "Small" in error["text"],
            f"the error for {name!r} of a class Small says {error['text']!r}, "
            "expected a text with both names",
        )


@check(requires=NESTED, hint="What does `__setattr__` need that `__init__` makes?")
def test_assigning_before_init_is_told(submission, rng):
    """A parameter or child assigned before `__init__` is an AttributeError that names `__init__`."""
    seen = submission.run(before_init, value=draw(rng, 1)[0])

    for what, error in seen["raised"].items():
        require(error is not None, f"assigning {what} before __init__ raised nothing")
        require(
            error["raised"] == "AttributeError" and "__init__" in error["text"],
            f"assigning {what} before __init__ raised {error['raised']}: {error['text'][:80]!r}, "
            "expected an AttributeError whose text names __init__",
        )


@check(
    points=2,
    requires=(NESTED, "a_shared_parameter_is_listed_once"),
    hint="What does a copy share with its original? Do your notes point to the old objects?",
)
def test_copies_stand_alone(submission, rng):
    """Copies by `deepcopy` and `pickle` have parameters of their own, tied as in the original."""
    values = draw(rng, 3)

    seen = submission.run(copies, values=values)

    names = ("weight", "child.weight")
    for kind in ("deepcopy", "pickle"):
        expected = [("weight", values[0] + 1), ("late", values[2]), ("child.weight", values[1])]
        require_listed(seen[f"{kind}, changed"], expected, f"a copy by {kind}, with 1 added")
        what = f"in a copy by {kind}, a weight that is tied to the one that was changed"
        assert_same(seen[f"{kind}, tied weight"], values[0] + 1, what=what)
    expected = list(zip(names, values[:2], strict=True))
    require_listed(seen["the original"], expected, "the original, after its copies were changed")
    require(seen["its mode changed"] is False, "eval() of a copy changed the mode of the original")


@check(requires=OWN, hint="What would Python do with this assignment, had you not stepped in?")
def test_properties_of_a_subclass_work(submission, rng):
    """Assigning to a property of a subclass calls its setter."""
    (value,) = draw(rng, 1)

    seen = submission.run(through_a_property, value=value)

    assert_same(seen["celsius"], 27.0, what="celsius after kelvin = 300")
    assert_same(seen["kelvin"], 300.0, what="kelvin after kelvin = 300")
    require_listed(seen["listed"], [("weight", value)], "of a class with a property")


@check(points=2, hint="`__call__` is one line, if there is a `forward`.")
def test_a_call_is_a_call_of_forward(submission, rng):
    """Calling a module hands all arguments to its `forward` and returns what that returns."""
    (x,) = draw(rng, 1)

    seen = submission.run(calls, x=x)

    expected = {
        "module(x)": (x * 3, (), {}),
        "module(x, 1, 2)": (x * 3, (1, 2), {}),
        "module(x, shift=5, name='a')": (x * 3 + 5, (), {"name": "a"}),
        "Nothing()()": None,
        "module(x) with another forward": x - 1,
    }
    assert_same(seen, expected, what="the result of")


@check(
    requires="a_call_is_a_call_of_forward",
    hint="Who forgot `forward`? And whose error is an AttributeError inside of it?",
)
def test_a_missing_forward_is_told(submission):
    """Without `forward` a call is a NotImplementedError naming the class; its own errors pass."""
    error = submission.run(call_without_forward)

    require(error is not None, "calling a module of a class without forward raised nothing")
    require(
        error["raised"] == "NotImplementedError" and "Unfinished" in error["text"],
        f"calling a module of a class Unfinished raised {error['raised']}: {error['text'][:80]!r}, "
        "expected a NotImplementedError whose text names the class",
    )
    error = submission.run(error_inside_forward)
    require(
        error is not None and error["raised"] == "AttributeError" and "lair" in error["text"],
        "an AttributeError inside of forward did not reach the caller as it was",
    )


@check(
    points=4,
    requires=OWN,
    hint="What would be left of this exercise if torch's own modules did the bookkeeping?",
)
def test_it_is_written_without_torchs_modules(submission, rng):
    """MiniModule neither derives from a module of torch nor makes one for itself."""
    seen = submission.run(foundations, value=draw(rng, 1)[0])

    require(not seen["bases"], f"MiniModule derives from torch's {seen['bases']}")
    require(seen["made"] <= 0, "MiniModule makes modules of torch for itself, expected none")


@check(
    requires="zero_grad_clears_every_gradient",
    hint="A module is used thousands of times in a training run.",
)
def test_nothing_is_printed(submission, rng):
    """Assigning, listing and switching print nothing."""
    said = submission.run(silence, value=torch.ones(2))

    require(said is False, "something was printed")
