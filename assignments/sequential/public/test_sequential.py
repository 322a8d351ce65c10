"""What you may run as often as you like, with `grade check sequential`."""

from probes import chosen, lengths, names, output, refusal, sliced, used_twice, walked

from autograder.suite import assert_close, assert_same, check, draw_normal, require

NEAR = {"rtol": 1e-4, "atol": 1e-4}


def draw(rng, count):
    return [(draw_normal(rng, 3, 3) / 2, draw_normal(rng, 3)) for _ in range(count)]


def through(weights, x):
    for weight, bias in weights:
        x = x @ weight.T + bias
    return x


@check(hint="Whom does `nn.Module` know: what is in a list, or what is in an attribute?")
def test_parameters_are_named_by_position(submission, rng):
    """The parameters of Linear, ReLU, Linear are 0.weight, 0.bias, 2.weight, 2.bias."""
    actual = submission.run(names, weights=draw(rng, 2))

    assert_same(actual, ["0.weight", "0.bias", "2.weight", "2.bias"], what="the names")


@check(hint="Write down what x is after each turn of your loop.")
def test_layers_are_called_in_order(submission, rng):
    """The input goes through three layers, one after the other."""
    weights, x = draw(rng, 3), draw_normal(rng, 5, 3)

    assert_close(submission.run(output, weights=weights, x=x), through(weights, x), **NEAR)


@check(requires="layers_are_called_in_order", hint="Do you list modules, or positions?")
def test_a_layer_may_stand_twice(submission, rng):
    """A layer in two positions is called twice, and its parameters are listed once."""
    weights, x = draw(rng, 1), draw_normal(rng, 5, 3)

    seen = submission.run(used_twice, weights=weights, x=x)

    assert_close(seen["output"], through(weights * 2, x), what="the output", **NEAR)
    assert_same(seen["parameters"], 2, what="the number of parameters")


@check(hint="How many positions are there?")
def test_len_counts_the_layers(submission):
    """`len(model)` is the number of layers, also where there is none."""
    assert_same(submission.run(lengths, counts=[3, 1, 0]), [3, 1, 0], what="len(model)")


@check(hint="What does a list do with a negative index?")
def test_an_index_finds_a_layer(submission, rng):
    """model[0], model[2] and model[-1] are the first, the last and the last layer."""
    weights, x = draw(rng, 3), draw_normal(rng, 5, 3)

    actual = submission.run(chosen, weights=weights, x=x, indices=[0, 2, -1])

    expected = {i: through([weights[i]], x) for i in (0, 2, -1)}
    assert_close(actual, expected, what="the output of model", **NEAR)
    error = submission.run(refusal, weights=weights, index=3)
    require(error == "IndexError", f"model[3] of three layers raised {error}, not IndexError")


@check(requires="layers_are_called_in_order", hint="What is made of the layers that you selected?")
def test_a_slice_is_a_sequential(submission, rng):
    """model[1:] is a Sequential of the layers from 1 on."""
    weights, x = draw(rng, 3), draw_normal(rng, 5, 3)

    seen = submission.run(sliced, weights=weights, x=x, bounds=(1, None))

    require(seen["is a Sequential"] is True, "model[1:] is no Sequential")
    assert_close(seen["output"], through(weights[1:], x), what="the output of model[1:]", **NEAR)


@check(hint="Can your iterator be asked for a second time?")
def test_a_loop_meets_every_layer(submission, rng):
    """A loop meets the layers in order, and so does a second loop."""
    weights, x = draw(rng, 3), draw_normal(rng, 5, 3)

    for loop in submission.run(walked, weights=weights, x=x):
        require(len(loop) == 3, f"a loop over three layers met {len(loop)}")
        expected = [through([pair], x) for pair in weights]
        assert_close(loop, expected, what="the output of the layers met,", **NEAR)
