"""What `step` does with each setting, and what it leaves as it was."""

import torch
from probes import (
    autograd_facts,
    changed_buffer,
    changing_settings,
    gradients_after_step,
    gradients_in_one_place,
    recording_after_a_failed_closure,
    step_inside_a_buffer,
    step_with_closure,
    tensors_kept,
    trajectory,
    two_optimizers,
    work_of_step,
)

from autograder.suite import (
    assert_budget,
    assert_close,
    assert_same,
    check,
    draw_normal,
    require,
)

# Two of one shape: buffers that are kept by shape would be shared.
SHAPES = ((3, 5), (4,), (3, 5))
HEAVY = {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.05}
NESTEROV = {**HEAVY, "nesterov": True}
# The dearest right spelling known runs 13 operations with every setting in use, and writes 10.
OPERATIONS_PER_PARAMETER = 16
WRITES_PER_ELEMENT = 12


def draw(rng, *shapes):
    return [draw_normal(rng, *shape, dtype=torch.float64) for shape in shapes]


def draw_stream(rng, n, shapes=SHAPES):
    return [draw(rng, *shapes) for _ in range(n)]


def assert_trajectory(submission, torch_impl, rng, n, what, **hyper):
    case = {"params": draw(rng, *SHAPES), "stream": draw_stream(rng, n), "hyper": hyper}
    actual = submission.run(trajectory, **case)
    expected = torch_impl.run(trajectory, **case)
    assert_close(actual, expected, atol=1e-10, what=f"{what}, parameters")


@check(points=2, hint="Without any other setting the rule is one line: p - lr * p.grad.")
def test_plain_steps_match(submission, rng):
    """Without momentum and decay, a step changes every parameter p to p - lr * p.grad."""
    params, stream = draw(rng, *SHAPES), draw_stream(rng, 2)

    actual = submission.run(trajectory, params=params, stream=stream, hyper={"lr": 0.1})

    now, expected = params, {}
    for t, grads in enumerate(stream, start=1):
        now = [p - 0.1 * g for p, g in zip(now, grads, strict=True)]
        expected[f"after step {t}"] = now
    assert_close(actual, expected, what="with lr = 0.1, parameters")


@check(
    points=3,
    requires="plain_steps_match",
    hint="Write down buffer and parameter for three steps with a gradient of 1.",
)
def test_momentum_adds_gradients_up(submission, torch_impl, rng):
    """With momentum, each step follows a fading sum of all gradients so far."""
    assert_trajectory(submission, torch_impl, rng, 4, "with momentum 0.9", lr=0.1, momentum=0.9)


@check(
    requires="momentum_adds_gradients_up",
    hint="Is there anything to be damped when the buffer is new?",
)
def test_dampening_spares_the_first_gradient(submission, torch_impl, rng):
    """Dampening scales each new gradient of the sum but for the first."""
    what = "with momentum 0.9 and dampening 0.5"
    hyper = {"lr": 0.1, "momentum": 0.9, "dampening": 0.5}
    assert_trajectory(submission, torch_impl, rng, 4, what, **hyper)


@check(
    requires="plain_steps_match", hint="What does the gradient of weight_decay / 2 * p**2 add to g?"
)
def test_weight_decay_pulls_towards_zero(submission, torch_impl, rng):
    """Weight decay adds weight_decay * p to the gradient of p."""
    what = "with weight decay 0.5"
    assert_trajectory(submission, torch_impl, rng, 3, what, lr=0.1, weight_decay=0.5)


@check(
    points=2,
    requires=("weight_decay_pulls_towards_zero", "momentum_adds_gradients_up"),
    hint="In which order do decay and momentum come, and which of them sees the other?",
)
def test_weight_decay_goes_through_the_momentum(submission, torch_impl, rng):
    """What decay adds to the gradient enters the momentum buffer with it."""
    assert_trajectory(submission, torch_impl, rng, 5, "with momentum and weight decay", **HEAVY)


@check(
    requires="momentum_adds_gradients_up",
    hint="Which buffer does the direction use: the one before this step, or after?",
)
def test_nesterov_looks_ahead(submission, torch_impl, rng):
    """With nesterov the direction is g + momentum * b, with the buffer of this step."""
    what = "with momentum 0.9 and nesterov"
    hyper = {"lr": 0.1, "momentum": 0.9, "nesterov": True}
    assert_trajectory(submission, torch_impl, rng, 4, what, **hyper)


@check(
    requires="weight_decay_pulls_towards_zero",
    hint="Maximize turns the gradient round. What does it not turn round?",
)
def test_maximize_climbs_and_still_decays(submission, torch_impl, rng):
    """With maximize the gradient is followed uphill, and weight decay still shrinks."""
    for more in ({}, {"momentum": 0.9}):
        hyper = {"lr": 0.1, "weight_decay": 0.5, "maximize": True, **more}
        what = f"with maximize, weight decay 0.5 and momentum {more.get('momentum', 0)}"
        assert_trajectory(submission, torch_impl, rng, 3, what, **hyper)


@check(
    requires="plain_steps_match",
    hint="A parameter that took no part in the loss has `p.grad` None; those after it have not.",
)
def test_parameters_without_gradient_are_skipped(submission, torch_impl, rng):
    """A parameter whose gradient is None stays as it is, and the others still move."""
    params, stream = draw(rng, *SHAPES), draw_stream(rng, 3)
    stream[0][0] = stream[0][2] = stream[1] = stream[2][1] = None
    stream[1] = [None] * 3

    case = {"params": params, "stream": stream, "hyper": {"lr": 0.1, "weight_decay": 0.1}}
    actual = submission.run(trajectory, **case)

    expected = torch_impl.run(trajectory, **case)
    assert_close(actual, expected, what="where some gradients are None, parameters")


@check(
    requires=("momentum_adds_gradients_up", "parameters_without_gradient_are_skipped"),
    hint="None says that there is no gradient; zero is a gradient. When is a buffer made?",
)
def test_missing_gradient_rests_and_zero_coasts(submission, torch_impl, rng):
    """With momentum, a parameter rests where its gradient is None, and coasts where it is zero."""
    params, stream = draw(rng, *SHAPES), draw_stream(rng, 5)
    stream[0][0] = None  # its first gradient comes late
    stream[2][1] = None
    stream[3][2] = torch.zeros(3, 5, dtype=torch.float64)

    case = {"params": params, "stream": stream, "hyper": {**HEAVY, "dampening": 0.5}}
    actual = submission.run(trajectory, **case)

    expected = torch_impl.run(trajectory, **case)
    assert_close(actual, expected, atol=1e-10, what="[late, missing, zero] parameters")


@check(
    requires="momentum_adds_gradients_up",
    hint="What does the buffer hold after the first step if somebody then writes into `p.grad`?",
)
def test_buffer_is_a_copy_of_the_gradient(submission, torch_impl, rng):
    """Clearing gradients in place leaves the momentum as it was."""
    case = {"params": draw(rng, *SHAPES), "stream": draw_stream(rng, 4)}
    case["hyper"] = {"lr": 0.1, "momentum": 0.9}

    actual = submission.run(gradients_in_one_place, **case)

    expected = torch_impl.run(gradients_in_one_place, **case)
    assert_close(actual, expected, atol=1e-10, what="with gradients zeroed in place, parameters")


@check(
    requires="plain_steps_match",
    hint="Decay, maximize and nesterov change what a step follows, and not `p.grad`.",
)
def test_step_leaves_gradients_alone(submission, rng):
    """After steps with every setting, gradients are the tensors and have the values they had."""
    params, grads = draw(rng, *SHAPES), draw(rng, *SHAPES)

    for hyper in ({**HEAVY, "maximize": True}, NESTEROV, {"lr": 0.1, "weight_decay": 0.5}):
        seen = submission.run(gradients_after_step, params=params, grads=grads, hyper=hyper)
        assert_same(seen["gradients"], grads, what="after three steps, gradients")
        require(all(seen["same"]), "step put another tensor in the place of `p.grad`.")


@check(
    requires="plain_steps_match",
    hint="Other tensors may look at the same memory; they must see the update, too.",
)
def test_parameter_keeps_its_memory(submission, torch_impl, rng):
    """A parameter that is a transposed window of a bigger buffer updates that buffer."""
    (buffer,), stream = draw(rng, (6, 4)), [draw_normal(rng, 4, 3, dtype=torch.float64)] * 2
    case = {"buffer": buffer, "rows": [2, 5], "stream": stream, "hyper": {"lr": 0.1}}

    seen = submission.run(step_inside_a_buffer, **case)

    expected = torch_impl.run(step_inside_a_buffer, **case)
    assert_close(seen["parameter"], expected["parameter"], what="the parameter")
    assert_close(seen["buffer"], expected["buffer"], what="the buffer that it is a window of")
    require(not seen["moved"], "step moved the parameter to another place in memory.")


@check(
    requires="momentum_adds_gradients_up",
    hint="Neither the update nor what is kept for the next one is part of the model.",
)
def test_nothing_is_recorded(submission, rng):
    """Parameters stay leaves, buffers have no graph, and recording is as it was."""
    case = {"params": draw(rng, *SHAPES), "stream": draw_stream(rng, 2)}

    seen = submission.run(autograd_facts, **case, hyper=NESTEROV)

    leaf = {"requires_grad": True, "is_leaf": True}
    assert_same(seen["parameters"], [leaf] * 3, what="after two steps, parameters")
    count = seen["buffers that require a gradient"]
    require(count == 0, f"{count} of 3 momentum buffers require a gradient.")
    require(seen["recording"] is True, "recording was on before step and is off after it.")
    off = seen["recording under no_grad"]
    require(off is False, "recording was off before step and is on after it.")


@check(
    requires="plain_steps_match",
    hint="A closure computes the loss again: what must autograd do meanwhile, and when is it run?",
)
def test_closure_runs_first_and_is_recorded(submission, rng):
    """The closure is called once, before the update, with recording on; its value is returned."""
    (value,) = draw(rng, (4, 3))

    seen = submission.run(step_with_closure, value=value, hyper={"lr": 0.1})

    require(seen["calls"] == 1, f"step(closure) called the closure {seen['calls']} times.")
    require(seen["recorded"] is True, "autograd did not record inside the closure.")
    loss = (value * value).sum()
    assert_close(seen["loss"], loss, what="what step(closure) returned")
    require(seen["nothing without"] is True, "step() without a closure returned something.")
    # The gradient of the closure is 2p; the second step uses it again.
    assert_close(seen["parameter"], value - 0.4 * value, what="the parameter after both steps")
    require(seen["recording"] is True, "recording was on before step and is off after it.")


@check(
    requires="closure_runs_first_and_is_recorded",
    hint="Which lines of `step` still run after an exception, and which exceptions may pass?",
)
def test_error_in_the_closure_passes_through(submission, rng):
    """An exception of the closure reaches the caller, and recording stays on."""
    (value,) = draw(rng, (4, 3))

    seen = submission.run(recording_after_a_failed_closure, value=value, hyper={"lr": 0.1})

    got = seen["error"] or "no exception"
    require(got == "ValueError", f"the closure raised a ValueError; step gave {got}.")
    require(seen["recording"] is True, "recording has been off since the closure raised.")


@check(
    requires="momentum_adds_gradients_up",
    hint="When are the settings read, and from where?",
)
def test_changed_settings_take_effect(submission, torch_impl, rng):
    """What is written into a group counts from the next step on, lr = 0 included."""
    settings = [
        {},
        {"lr": 0.5},
        {"momentum": 0.5, "weight_decay": 0.1},
        {"lr": 0.0},
        {"lr": 0.2, "momentum": 0, "maximize": True},
    ]
    case = {"params": draw(rng, *SHAPES), "stream": draw_stream(rng, 5)}
    case |= {"hyper": {"lr": 0.1, "momentum": 0.9}, "settings": settings}

    actual = submission.run(changing_settings, **case)

    expected = torch_impl.run(changing_settings, **case)
    assert_close(actual, expected, atol=1e-10, what="with settings changed on the way, parameters")


@check(
    requires="momentum_adds_gradients_up",
    hint="Is what stands in `state` the buffer itself, and an ordinary tensor?",
)
def test_buffer_in_state_is_the_one_in_use(submission, torch_impl, rng):
    """A momentum buffer that is halved in place between steps counts as halved."""
    (value,), stream = draw(rng, (4, 3)), [draw_normal(rng, 4, 3, dtype=torch.float64)] * 3
    case = {"value": value, "stream": stream, "hyper": {"lr": 0.1, "momentum": 0.9}}

    actual = submission.run(changed_buffer, **case)

    expected = torch_impl.run(changed_buffer, **case)
    assert_close(actual, expected, what="with the buffer halved after every step, the parameter")


@check(
    requires="momentum_adds_gradients_up",
    hint="What does an optimizer share with other optimizers?",
)
def test_two_optimizers_keep_apart(submission, torch_impl, rng):
    """Two optimizers with momentum have groups and buffers of their own."""
    shapes = ((3, 4), (3, 4))
    case = {"params": draw(rng, *shapes), "stream": draw_stream(rng, 3, shapes), "hyper": HEAVY}

    actual = submission.run(two_optimizers, **case)

    expected = torch_impl.run(two_optimizers, **case)
    assert_close(actual, expected, what="with two optimizers, results")


@check(
    requires="momentum_adds_gradients_up",
    hint="What does the optimizer hold on to between two steps, besides one buffer each?",
)
def test_nothing_is_kept_per_step(submission, rng):
    """Twenty more steps leave no more tensors in memory."""
    params, grads = draw(rng, *SHAPES), draw(rng, *SHAPES)

    more = submission.run(tensors_kept, params=params, grads=grads, hyper=HEAVY, steps=20)

    require(more < 20, f"after 20 further steps {more} more tensors are alive than before them.")


@check(
    requires=("weight_decay_goes_through_the_momentum", "nesterov_looks_ahead"),
    hint="One tensor operation handles all elements at once, and none need be read or copied.",
)
def test_step_does_little_work(submission, rng):
    """A step runs a few operations per parameter, writes few elements and reads no value."""
    shapes = ((16, 8), (24,), (12, 12), (20, 3))
    params, grads = draw(rng, *shapes), draw(rng, *shapes)

    for hyper in ({"lr": 0.1}, {**NESTEROV, "maximize": True}):
        work = submission.run(work_of_step, params=params, grads=grads, hyper=hyper)
        settings = ", ".join(f"{name}={value}" for name, value in hyper.items())
        assert_budget(
            work["calls"],
            at_most=OPERATIONS_PER_PARAMETER,
            count=len(shapes),
            told=f"with {settings}, one step ran {{}} tensor operations per parameter",
        )
        assert_budget(
            work["elements"],
            at_most=WRITES_PER_ELEMENT,
            count=sum(p.numel() for p in params),
            told=f"with {settings}, one step wrote {{}} elements for each of the parameters",
        )
        assert_budget(
            work["syncs"],
            at_most=0,
            count=len(shapes),
            told="one step read {} values out of tensors per parameter, and on a GPU each read "
            "waits for all the work before it",
        )
