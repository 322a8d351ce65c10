"""What must hold for a chain: its children, its calls, and how its layers are found."""

import torch
from probes import (
    after_changes,
    after_writing_to_a_layer,
    after_writing_to_a_slice,
    argument_refusals,
    calls,
    copies,
    found,
    length_with_one_layer_twice,
    lengths,
    loop_with_one_layer_twice,
    loops,
    modes,
    output,
    parameters,
    refusals,
    slices,
    through_other_kinds,
    views_after_changes,
    with_one_layer_twice,
    work,
)

from autograder.suite import assert_budget, assert_close, assert_same, check, draw_normal, require

N, ROWS = 4, 5
ACTIVATIONS = {"tanh": torch.tanh, "relu": torch.relu, "sigmoid": torch.sigmoid}
REGISTERED = "parameters_are_named_by_position"
RIGHT = "layers_are_called_in_order"


def draw_linear(rng, n_in=N, n_out=N):
    """Return weight and bias of a linear layer, float64."""
    weight = draw_normal(rng, n_out, n_in, dtype=torch.float64)
    return weight / n_in**0.5, draw_normal(rng, n_out, dtype=torch.float64)


def draw_chain(rng):
    """Return three layers that would run in any order, and give another output in each."""
    return [draw_linear(rng), "tanh", draw_linear(rng)]


def draw_linears(rng, count):
    return [draw_linear(rng) for _ in range(count)]


def draw_x(rng):
    return draw_normal(rng, ROWS, N, dtype=torch.float64)


def through(chain, x):
    """Return what the layers of *chain* make of *x*, from the formula."""
    for item in chain:
        if isinstance(item, str):
            x = ACTIVATIONS[item](x)
        elif isinstance(item, list):
            x = through(item, x)
        else:
            x = x @ item[0].T + item[1]
    return x


@check(points=3, hint="Print `list(model.named_parameters())`. Who tells `nn.Module` of a layer?")
def test_parameters_are_named_by_position(submission, rng):
    """The parameters of all layers are parameters of the chain, named by position and in order."""
    chain = [draw_linear(rng, 3, 5), "relu", draw_linear(rng, 5, 2)]

    actual = submission.run(parameters, chain=chain)

    names = [pair[0] for pair in actual]
    expected = ["0.weight", "0.bias", "2.weight", "2.bias"]
    require(
        names == expected,
        f"the parameters of Linear, ReLU, Linear are named {names}, expected {expected}",
    )
    for (name, value), given in zip(actual, [*chain[0], *chain[2]], strict=True):
        assert_same(value, given, what=name)


@check(requires=RIGHT, hint="Are the layers in your chain those that you were given?")
def test_the_layers_are_those_given(submission, rng):
    """The chain holds the layers that it was given, not copies of them."""
    chain, x = draw_chain(rng), draw_x(rng)

    actual = submission.run(after_writing_to_a_layer, chain=chain, number=0.5, x=x)

    halves = tuple(torch.full_like(value, 0.5) for value in chain[0])
    what = "after 0.5 was written into the first layer given, the output"
    assert_close(actual, through([halves, *chain[1:]], x), what=what)


@check(
    points=2,
    requires=REGISTERED,
    hint="Do you hand every argument to something that asks whether it is a module?",
)
def test_what_is_no_module_is_refused(submission):
    """An argument that is no module, such as a list of layers, is a TypeError."""
    seen = submission.run(argument_refusals)

    for name in (
        "a list of layers",
        "a class",
        "a function",
        "a tensor",
        "nothing but a list of layers",
    ):
        error = seen[name]
        require(
            error == "TypeError",
            f"Sequential with {name} raised {error or 'nothing'}, expected TypeError",
        )


@check(points=3, requires=REGISTERED, hint="Write down what x is after each turn of your loop.")
def test_layers_are_called_in_order(submission, rng):
    """Each layer gets what the one before it returned, from the first to the last."""
    # Square layers run in any order, so that only the values can tell.
    for chain in (draw_chain(rng), draw_linears(rng, 1), ["sigmoid", draw_linear(rng, N, 2)]):
        x = draw_x(rng)

        actual = submission.run(output, chain=chain, x=x)

        kinds = ", ".join("Linear" if isinstance(i, tuple) else i.title() for i in chain)
        assert_close(actual, through(chain, x), what=f"the output of Sequential({kinds})")


@check(requires=RIGHT, hint="In which order are the texts '2' and '10'?")
def test_more_than_ten_layers_keep_their_order(submission, rng):
    """Twelve layers are called in the order in which they were given."""
    chain, x = draw_linears(rng, 12), draw_x(rng)

    actual = submission.run(output, chain=chain, x=x)

    assert_close(actual, through(chain, x), rtol=1e-8, what="the output of twelve layers")


@check(requires=RIGHT, hint="What is x if the loop has no turn?")
def test_an_empty_chain_returns_its_input(submission, rng):
    """Without layers the output is the input."""
    x = draw_x(rng)

    actual = submission.run(output, chain=[], x=x)

    assert_same(actual, x, what="the output of Sequential()")


@check(
    points=2, requires=RIGHT, hint="What does a module do around its `forward` when it is called?"
)
def test_every_layer_is_called_once(submission, rng):
    """In one pass the forward hook of every layer runs once, in order."""
    chain, x = [*draw_chain(rng), "relu"], draw_x(rng)

    seen = submission.run(calls, chain=chain, x=x)

    assert_close(seen["output"], through(chain, x), what="the output")
    assert_same(seen["order"], [0, 1, 2, 3], what="the positions of the layers whose hooks ran")


@check(
    points=2,
    requires=RIGHT,
    hint="`children()` lists modules, each once. Does your chain have modules, or positions?",
)
def test_a_layer_in_two_positions_is_called_twice(submission, rng):
    """A layer that stands in two positions is called in both, and its parameters are listed once."""
    chain, x = draw_chain(rng), draw_x(rng)

    seen = submission.run(with_one_layer_twice, chain=chain, positions=[0, 1, 0, 2, 1], x=x)

    expected = through([chain[i] for i in (0, 1, 0, 2, 1)], x)
    assert_close(seen["output"], expected, what="the output with layer 0 also in position 2")
    names = ["0.weight", "0.bias", "3.weight", "3.bias"]
    assert_same(seen["names"], names, what="the names of the parameters")


@check(requires="every_layer_is_called_once", hint="Your chain is a module like any other.")
def test_a_chain_in_a_chain_is_a_layer(submission, rng):
    """A Sequential inside of a Sequential is one of its layers, with dotted names."""
    inner, last, x = draw_chain(rng), draw_linear(rng), draw_x(rng)
    chain = [inner, "relu", last]

    seen = submission.run(calls, chain=chain, x=x)
    assert_close(seen["output"], through(chain, x), what="the output")
    what = "the positions of the layers whose hooks ran, a chain at 0 among them"
    assert_same(seen["order"], [0, 1, 2], what=what)
    names = [pair[0] for pair in submission.run(parameters, chain=chain)]
    expected = ["0.0.weight", "0.0.bias", "0.2.weight", "0.2.bias", "2.weight", "2.bias"]
    assert_same(names, expected, what="the names of the parameters")


@check(requires=RIGHT, hint="A chain does not look at what passes through it.")
def test_layers_may_hand_on_anything(submission, rng):
    """A tuple or a dict that a layer returns reaches the next layer as it is."""
    x = draw_x(rng)

    assert_close(submission.run(through_other_kinds, x=x), (x + 1) - 2 * x, what="the output")


@check(requires=RIGHT, hint="Who decides whether a layer is training?")
def test_modes_reach_every_layer(submission, rng):
    """`train()` and `eval()` of the chain decide the mode of its layers, and calls leave it alone."""
    x = draw_x(rng)

    seen = submission.run(modes, x=x)

    expected = {
        "eval": {"output": x, "training": False},
        "train": {"output": torch.zeros_like(x), "training": True},
    }
    assert_same(seen, expected, what="with a dropout layer that drops all, mode")


@check(
    points=2,
    requires=RIGHT,
    hint="Which layers does `forward` use: those of the first day, or those that stand there now?",
)
def test_replaced_and_added_layers_take_effect(submission, rng):
    """After layer 1 was replaced and a layer was added, the chain calls what stands there now."""
    chain, addition, x = draw_chain(rng), draw_linear(rng), draw_x(rng)
    case = {"chain": chain, "replacement": "relu", "addition": addition, "x": x}

    actual = submission.run(after_changes, **case)

    replaced = [chain[0], "relu", chain[2]]
    expected = {"replaced": through(replaced, x), "and added": through([*replaced, addition], x)}
    assert_close(actual, expected, what="the output with a layer")


@check(requires=RIGHT, hint="What of your chain is not copied with it?")
def test_copies_stand_alone(submission, rng):
    """A copy has layers of its own, and weights can be passed in for one call."""
    chain, other, x = draw_chain(rng), draw_chain(rng), draw_x(rng)

    actual = submission.run(copies, chain=chain, other=other, x=x)

    expected = {
        "the copy": through(other, x),
        "the original": through(chain, x),
        "weights passed in": through(other, x),
    }
    assert_close(actual, expected, what="the output of")


@check(requires=RIGHT, hint="Which tensors does a call make besides those of the layers?")
def test_forward_adds_no_work(submission, torch_impl, rng):
    """A call runs the operations of its layers and no others."""
    case = {"chain": draw_chain(rng), "x": draw_x(rng)}

    actual = submission.run(work, **case)

    allowed = torch_impl.run(work, **case)
    assert_budget(actual["syncs"], at_most=0, told="one call read {} values out of tensors")
    assert_budget(
        actual["calls"],
        at_most=allowed["calls"],
        told="one call of Linear, Tanh, Linear ran {} tensor operations",
    )


@check(points=2, hint="How many positions are there?")
def test_len_counts_the_positions(submission, rng):
    """`len` is the number of positions: of none, of a chain in a chain, of a layer in two."""
    chains = [[], ["relu"], draw_chain(rng), [draw_chain(rng), "relu"], ["tanh"] * 12]

    actual = submission.run(lengths, chains=chains)

    assert_same(actual, [0, 1, 3, 2, 12], what="len of chains of 0, 1, 3, 2 and 12 layers")
    twice = submission.run(length_with_one_layer_twice)
    assert_same(twice, 3, what="len of a chain with one layer in positions 0 and 2")


@check(points=2, hint="A list knows what to do with an index.")
def test_an_index_finds_its_layer(submission, rng):
    """model[i] is the layer in position i, counted from the end where i is negative."""
    chain, x = draw_linears(rng, 12), draw_x(rng)
    indices = [0, 1, 2, 10, 11, -1, -2, -12]

    actual = submission.run(found, chain=chain, indices=indices, x=x)

    require(len(actual) == len(indices), "an index gave no layer")
    for i, value in zip(indices, actual, strict=True):
        assert_close(
            value, through([chain[i]], x), what=f"with twelve layers, the output of model[{i}]"
        )


@check(
    requires="an_index_finds_its_layer",
    hint="An index that is too large is an error of the caller's; which one do lists raise?",
)
def test_an_index_beyond_the_end_is_an_error(submission, rng):
    """An index that has no layer is an IndexError, at both ends."""
    indices = [3, -4, 100]

    actual = submission.run(refusals, chain=draw_chain(rng), indices=indices)

    for i, seen in zip(indices, actual, strict=True):
        require(
            seen["raised"] == "IndexError",
            f"model[{i}] of three layers raised {seen['raised'] or 'nothing'}, expected IndexError",
        )


@check(
    points=2,
    requires=(RIGHT, "an_index_finds_its_layer"),
    hint="A slice of a list is a list; what is a slice of a chain?",
)
def test_a_slice_is_a_chain(submission, rng):
    """A slice is a Sequential of the layers that it selects, in its order."""
    chain, x = draw_linears(rng, 5), draw_x(rng)
    bounds = [(1, None), (None, 2), (1, -1), (None, None, 2), (None, None, -1), (3, 4), (-2, 99)]

    seen = submission.run(slices, chain=chain, bounds=bounds, x=x)

    for bound, part in zip(bounds, seen, strict=True):
        what = f"model[{':'.join('' if b is None else str(b) for b in bound)}]"
        chosen = chain[slice(*bound)]
        require(part["is a Sequential"] is True, f"{what} is no Sequential")
        assert_close(part["output"], through(chosen, x), what=f"the output of {what}")
        flat = [value for pair in chosen for value in pair]
        assert_close(part["parameters"], flat, what=f"the parameters of {what}")


@check(requires="a_slice_is_a_chain", hint="Does a slice need layers of its own?")
def test_a_slice_shares_its_layers(submission, rng):
    """The layers of a slice are those of the chain: training one trains the other."""
    chain, x = draw_chain(rng), draw_x(rng)

    actual = submission.run(after_writing_to_a_slice, chain=chain, number=0.5, x=x)

    halves = tuple(torch.full_like(value, 0.5) for value in chain[0])
    what = "after 0.5 was written into model[:1], the output of the model"
    assert_close(actual, through([halves, *chain[1:]], x), what=what)


@check(points=2, hint="What does `iter(model)` return, and can it be asked for twice at a time?")
def test_loops_meet_every_layer(submission, rng):
    """A loop meets the layer of every position in order; loops do not disturb one another."""
    chain, x = draw_linears(rng, 3), draw_x(rng)

    actual = submission.run(loops, chain=chain, x=x)

    once = [through([item], x) for item in chain]
    expected = {
        "the first loop": once,
        "a second loop": once,
        "a loop inside of a loop": [[through([o, i], x) for i in chain] for o in chain],
        "reduce": through(chain, x),
    }
    assert_close(actual, expected, what="the outputs of layers met by")
    twice = submission.run(loop_with_one_layer_twice, chain=chain, x=x)
    what = "with the first layer also in position 3, the outputs of layers met by a loop"
    assert_close(twice, [*once, once[0]], what=what)


@check(
    requires=(
        "len_counts_the_positions",
        "an_index_finds_its_layer",
        "loops_meet_every_layer",
    ),
    hint="What do `len`, an index and a loop look at?",
)
def test_changes_are_seen_everywhere(submission, rng):
    """After a layer was replaced and one was added, `len`, indices and loops know it."""
    chain, replacement, addition = draw_linears(rng, 3), draw_linear(rng), draw_linear(rng)
    x = draw_x(rng)

    actual = submission.run(
        views_after_changes, chain=chain, replacement=replacement, addition=addition, x=x
    )

    now = [chain[0], replacement, chain[2], addition]
    expected = {
        "len": 4,
        "model[1]": through([replacement], x),
        "model[-1]": through([addition], x),
        "loop": [through([item], x) for item in now],
    }
    assert_close(actual, expected, what="after both changes, what was seen")
