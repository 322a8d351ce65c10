"""What `AdamW.step` does; no check here calls `Adam.step` itself."""

import torch
from probes import changing_rate, gradients_after_step, resumed, trajectory, work_of_step

from autograder.suite import assert_budget, assert_close, assert_same, check, draw_normal, require

LR = 0.1
DECAY = 0.5
SHAPES = ((3, 5), (7,), (3, 5))
NEAR = {"rtol": 1e-5, "atol": 1e-5}
_FIRST = "first_step_of_adamw_matches"
_THREE = "three_steps_of_adamw_match"


def draw(rng, *shapes):
    return [draw_normal(rng, *shape, dtype=torch.float64) for shape in shapes]


def draw_ordinary(rng, *shapes):
    """Return gradients whose elements have sizes between 0.5 and 2."""
    return [g.sign() * torch.from_numpy(rng.uniform(0.5, 2, g.shape)) for g in draw(rng, *shapes)]


def adamw(params, stream, rates=None, sign=1):
    """Return the parameters after every step, by the rules of the exercise."""
    params = [p.clone() for p in params]
    kept = [[0, torch.zeros_like(p), torch.zeros_like(p)] for p in params]
    after = []
    for grads, lr in zip(stream, rates or [LR] * len(stream), strict=True):
        for i, (p, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            t, m, v = kept[i]
            g = sign * grad
            t, m, v = t + 1, 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
            kept[i] = [t, m, v]
            root = (v / (1 - 0.999**t)).sqrt()
            shrunk = p * (1 - lr * DECAY)
            params[i] = shrunk - lr * (m / (1 - 0.9**t)) / (root + 1e-8)
        after.append(list(params))
    return after


def case_of(params, stream, **hyper):
    hyper = {"lr": LR, "weight_decay": DECAY, **hyper}
    return {"name": "AdamW", "params": params, "stream": stream, "hyper": hyper}


@check(points=2, hint="By which factor does a parameter shrink, and what is subtracted from that?")
def test_first_step_of_adamw_matches(submission, rng):
    """AdamW's first step shrinks a parameter by 1 - lr * weight_decay, then moves it by lr."""
    # Large, and on the other side of zero: a decay inside the gradient would turn it round.
    grads = draw_ordinary(rng, (3, 5))
    params = [
        -4 * g.sign() * q.abs() for g, q in zip(grads, draw_ordinary(rng, (3, 5)), strict=True)
    ]

    # Nothing is asked of the second step here; it tells mistakes apart.
    seen = submission.run(trajectory, **case_of(params, [grads, grads]))

    actual = seen["after step 1"]
    require(
        not (isinstance(actual[0], torch.Tensor) and torch.equal(actual[0], params[0])),
        "AdamW.step left the parameter exactly as it was, although it has a gradient.",
    )
    what = "after one step of AdamW, parameters"
    assert_close(actual, adamw(params, [grads])[0], **NEAR, what=what)


@check(requires=_FIRST, hint="What does AdamW share with Adam, and what is its own?")
def test_three_steps_of_adamw_match(submission, rng):
    """Three steps of AdamW keep the decay out of both running means, for every parameter."""
    params, stream = draw(rng, *SHAPES), [draw_ordinary(rng, *SHAPES) for _ in range(3)]

    seen = submission.run(trajectory, **case_of(params, stream))

    for t, expected in enumerate(adamw(params, stream), start=1):
        what = f"after step {t} of 3 of AdamW, parameters"
        assert_close(seen[f"after step {t}"], expected, **NEAR, what=what)


@check(requires=_FIRST, hint="Of what does the shrinking depend, and of what does it not?")
def test_zero_gradient_of_adamw_only_decays(submission, rng):
    """Where the gradient is zero, AdamW shrinks the parameter and does nothing else."""
    params = draw(rng, (3, 5))
    zeros = [torch.zeros_like(params[0])]

    seen = submission.run(trajectory, **case_of(params, [zeros]))

    expected = [p * (1 - LR * DECAY) for p in params]
    what = "after a step of AdamW with zero gradients, parameters"
    assert_close(seen["after step 1"], expected, what=what)


@check(
    requires=_THREE,
    hint="A layer that took no part in the loss is not trained; should it shrink?",
)
def test_adamw_leaves_parameters_without_gradient_alone(submission, rng):
    """In AdamW a parameter without a gradient stays, keeps its state, and counts no step."""
    params, stream = draw(rng, *SHAPES), [draw_ordinary(rng, *SHAPES) for _ in range(3)]
    stream[0][0] = stream[1][0] = stream[1][2] = None

    seen = submission.run(trajectory, **case_of(params, stream))

    for t, expected in enumerate(adamw(params, stream), start=1):
        what = f"after step {t} of 3 of AdamW, with gradients missing now and then, parameters"
        assert_close(seen[f"after step {t}"], expected, **NEAR, what=what)


@check(requires=_THREE, hint="Two things depend on the learning rate.")
def test_rate_of_adamw_scales_the_decay_too(submission, rng):
    """A new `lr` changes how far AdamW moves and how much it shrinks; zero does neither."""
    rates = [0.1, 0.5, 0.0]
    params, stream = draw(rng, (3, 5)), [draw_ordinary(rng, (3, 5)) for _ in rates]

    seen = submission.run(
        changing_rate,
        name="AdamW",
        params=params,
        stream=stream,
        rates=rates,
        hyper={"weight_decay": DECAY},
    )

    by_hand = adamw(params, stream, rates=rates)
    expected = {f"after step {t}": now for t, now in enumerate(by_hand, start=1)}
    assert_close(seen, expected, **NEAR, what=f"with lr = {rates}, parameters")


@check(requires=_FIRST, hint="Walking uphill, should parameters still be kept small?")
def test_adamw_shrinks_under_maximize(submission, rng):
    """With maximize AdamW walks uphill and shrinks parameters as before."""
    params, grads = draw(rng, (3, 5)), draw_ordinary(rng, (3, 5))

    seen = submission.run(trajectory, **case_of(params, [grads], maximize=True))

    (expected,) = adamw(params, [grads], sign=-1)
    what = "with maximize, after one step of AdamW, parameters"
    assert_close(seen["after step 1"], expected, **NEAR, what=what)


@check(
    requires=_THREE,
    hint="What does AdamW remember, and where does it write?",
)
def test_memory_of_adamw_is_in_state(submission, rng):
    """AdamW keeps all that it remembers in `state`, and leaves gradients alone."""
    params, stream = draw(rng, *SHAPES), [draw_ordinary(rng, *SHAPES) for _ in range(6)]
    hyper = {"lr": LR, "weight_decay": DECAY}

    seen = submission.run(resumed, name="AdamW", params=params, stream=stream, stop=3, hyper=hyper)
    after = submission.run(
        gradients_after_step, name="AdamW", params=params, grads=stream[0], hyper=hyper
    )

    what = "after three steps, and three more of another AdamW with that state, parameters"
    assert_close(seen, adamw(params, stream)[-1], **NEAR, what=what)
    assert_same(after["gradients"], stream[0], what="after a step of AdamW, gradients")


@check(
    requires=_THREE,
    hint="Shrinking a parameter is one operation in place.",
)
def test_adamw_does_little_work(submission, rng):
    """A step of AdamW runs a few operations per parameter, writes little and reads no value."""
    shapes = ((16, 8), (24,), (12, 12), (20, 3), (32,))
    params, grads = draw(rng, *shapes), draw_ordinary(rng, *shapes)

    work = submission.run(
        work_of_step,
        name="AdamW",
        params=params,
        grads=grads,
        hyper={"lr": LR, "weight_decay": DECAY},
    )

    expected = adamw(params, [grads] * 3)[-1]
    assert_close(
        work["parameters"], expected, rtol=1e-2, atol=1e-2, what="after three steps, parameters"
    )
    assert_budget(
        work["calls"],
        at_most=25,
        count=len(shapes),
        told="one step of AdamW ran {} tensor operations per parameter",
    )
    assert_budget(
        work["elements"],
        at_most=20,
        count=sum(p.numel() for p in params),
        told="one step of AdamW wrote {} elements to memory for each element of the parameters",
    )
    assert_budget(
        work["reads"],
        at_most=0,
        count=len(shapes),
        told="one step of AdamW read {} values out of tensors per parameter",
    )
