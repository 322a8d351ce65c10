"""What a student may run: small numbers that can be followed by hand."""

import torch
from probes import describe, hooks, input_after_call, learning, outputs

from autograder.suite import assert_close, assert_same, check, draw_normal, require

# Two features, two hidden units, one output. For x = [3, 1] the first layer gives [2, -2].
WEIGHTS = {
    "l1.weight": torch.tensor([[1.0, -1.0], [-1.0, 1.0]]),
    "l1.bias": torch.tensor([0.0, 0.0]),
    "l2.weight": torch.tensor([[-2.0, 5.0]]),
    "l2.bias": torch.tensor([1.0]),
}


@check(hint="What comes after the last line of `forward`?")
def test_forward_returns_logits(submission, rng):
    """Calling the model on 50 rows returns a tensor with one row of logits for each."""
    seen = submission.run(describe, weights=WEIGHTS, x=draw_normal(rng, 50, 2))

    require(seen["shape"] is not None, f"forward returned a {seen['type']}, not a Tensor")
    assert_same(seen["shape"], (50, 1), what="shape of the output for 50 rows")


@check(
    requires="forward_returns_logits",
    hint="Follow x = [3, 1] by hand: after l1 it is [2, -2], and after relu?",
)
def test_one_row_by_hand(submission):
    """For x = [3, 1] the logit is -3, and for x = [1, 3] it is 11."""
    x = torch.tensor([[3.0, 1.0], [1.0, 3.0]]).repeat(25, 1)

    (actual,) = submission.run(outputs, weights=WEIGHTS, inputs=[x])

    assert_close(actual[:2], torch.tensor([[-3.0], [11.0]]), what="logits of [3, 1] and [1, 3]")


@check(requires="one_row_by_hand", hint="Which shapes do your layers accept without your help?")
def test_other_shapes(submission, rng):
    """One row, a short batch and a batch with two leading dimensions keep their shape."""
    shapes = [(2,), (1, 2), (17, 2), (4, 3, 2)]
    inputs = [draw_normal(rng, *shape) for shape in shapes]

    for shape, actual in zip(
        shapes, submission.run(outputs, weights=WEIGHTS, inputs=inputs), strict=True
    ):
        expected = (*shape[:-1], 1)
        assert_same(tuple(actual.shape), expected, what=f"shape of the output for an input {shape}")


@check(requires="forward_returns_logits", hint="A method whose name ends in _ changes its tensor.")
def test_input_stays_as_it_was(submission, rng):
    """The input has the same values after the call as before."""
    x = draw_normal(rng, 50, 2)

    assert_same(submission.run(input_after_call, weights=WEIGHTS, x=x), x, what="x after the call")


@check(requires="one_row_by_hand", hint="What in `forward` could stop autograd from recording?")
def test_both_layers_learn(submission, rng):
    """A backward pass from the logits reaches all four parameters."""
    seen = submission.run(learning, weights=WEIGHTS, x=draw_normal(rng, 50, 2))

    require(seen["history"], "the output has requires_grad=False, so backward cannot start from it")
    assert_same(seen["reached"], sorted(WEIGHTS), what="parameters that have a gradient")


@check(requires="one_row_by_hand", hint="Write `layer(x)`: the call does more than `forward`.")
def test_hooks_fire_once(submission, rng):
    """A forward hook on the model, on l1, on relu and on l2 fires exactly once in a call."""
    seen = submission.run(hooks, weights=WEIGHTS, x=draw_normal(rng, 50, 2))

    for name, count in seen.items():
        require(count == 1, f"the hook on {name} fired {count} times in one call, expected once")
