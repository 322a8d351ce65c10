"""What you may run as often as you like, with `grade check adam`."""

import torch
from probes import learn, trajectory

from autograder.suite import assert_close, assert_same, check, draw_normal, require

LR = 0.1


def draw(rng, *shapes):
    return [draw_normal(rng, *shape, dtype=torch.float64) for shape in shapes]


def number(value):
    return [torch.tensor([value], dtype=torch.float64)]


@check(hint="Compute the step by hand: what are m and v where step is 1?")
def test_first_step_moves_by_the_rate(submission, rng):
    """The first step moves each element by lr against its gradient, whatever its size."""
    (p,), (g,) = draw(rng, (3, 4)), draw(rng, (3, 4))
    g = g.sign() * (g.abs() + 0.1)

    seen = submission.run(trajectory, name="Adam", params=[p], stream=[[g]], hyper={"lr": LR})

    actual = seen[0]["parameters"]
    require(not torch.equal(actual[0], p), "step left the parameter exactly as it was.")
    assert_close(
        actual, [p - LR * g.sign()], rtol=1e-6, atol=1e-6, what="after one step, parameters"
    )


@check(
    requires="first_step_moves_by_the_rate",
    hint="Hint 1 of the lesson asks for these two steps by hand.",
)
def test_two_steps_by_hand(submission):
    """With gradients 2 and 1 a parameter goes from 1 to 0.9, and then to 0.8068."""
    stream = [number(2.0), number(1.0)]

    seen = submission.run(
        trajectory, name="Adam", params=number(1.0), stream=stream, hyper={"lr": LR}
    )

    assert_close(seen[0]["parameters"], number(0.9), atol=1e-6, what="after step 1, parameters")
    # m is 1.4737 and v is 2.4992, so the second step is 0.1 * 1.4737 / 1.5809.
    expected = number(0.8067818)
    assert_close(seen[1]["parameters"], expected, atol=1e-6, what="after step 2, parameters")


@check(requires="two_steps_by_hand", hint="Which of its steps is the first for each parameter?")
def test_late_parameter_begins_with_step_one(submission, rng):
    """A parameter that gets its first gradient later moves by lr then, and not before."""
    params, (g, h) = draw(rng, (2, 3), (2, 3)), draw(rng, (2, 3), (2, 3))
    g, h = (t.sign() * (t.abs() + 0.1) for t in (g, h))

    seen = submission.run(
        trajectory, name="Adam", params=params, stream=[[g, None], [g, h]], hyper={"lr": LR}
    )

    assert_same(seen[0]["parameters"][1], params[1], what="a parameter without a gradient")
    expected = params[1] - LR * h.sign()
    assert_close(
        seen[1]["parameters"][1],
        expected,
        rtol=1e-6,
        atol=1e-6,
        what="that parameter after its first step",
    )


@check(requires="first_step_moves_by_the_rate", hint="How large is eps beside such a root?")
def test_tiny_gradient_moves_half_as_far(submission):
    """A gradient as large as eps moves a parameter by half of lr."""
    seen = submission.run(
        trajectory, name="Adam", params=number(1.0), stream=[number(1e-8)], hyper={"lr": LR}
    )

    assert_close(seen[0]["parameters"], number(0.95), atol=1e-6, what="after one step, parameters")


@check(requires="first_step_moves_by_the_rate", hint="Which operations change `p.grad` itself?")
def test_step_leaves_gradients_alone(submission, rng):
    """A step reads the gradients and does not change them, also with weight decay."""
    params, grads = draw(rng, (2, 3)), draw(rng, (2, 3))

    seen = submission.run(
        trajectory,
        name="Adam",
        params=params,
        stream=[grads],
        hyper={"lr": LR, "weight_decay": 0.5},
    )

    assert_same(seen[0]["gradients"], grads, what="after one step, gradients")


@check(hint="By which factor does AdamW shrink a parameter, and by how much is it moved?")
def test_adamw_shrinks_and_moves(submission):
    """AdamW takes 1 to 0.95 by decay, and to 0.85 by the gradient."""
    hyper = {"lr": LR, "weight_decay": 0.5}

    seen = submission.run(
        trajectory, name="AdamW", params=number(1.0), stream=[number(2.0)], hyper=hyper
    )

    assert_close(seen[0]["parameters"], number(0.85), atol=1e-6, what="after one step, parameters")


@check(
    requires="two_steps_by_hand",
    hint="Watch the loss over a few steps by hand.",
)
def test_a_linear_model_learns(submission, rng):
    """A hundred steps bring the loss of a badly scaled linear model close to zero."""
    x, weight, truth = draw(rng, (40, 3), (3, 1), (3, 1))
    x = x * torch.tensor([1.0, 0.3, 3.0])

    losses = submission.run(
        learn, name="Adam", data=[x, x @ truth], weight=weight, hyper={"lr": LR}, steps=100
    )

    require(
        losses[-1] < 0.1 * losses[0],
        f"the loss was {losses[0]:.3g} at first and is {losses[-1]:.3g} after 100 steps.",
    )
