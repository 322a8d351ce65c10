"""What `step` does, and what it leaves as it was."""

from itertools import pairwise

import torch
from probes import (
    autograd_facts,
    changing_rate,
    first_step,
    gradients_after_step,
    many_steps,
    recording_after_a_failed_step,
    recording_around_step,
    step_inside_a_buffer,
    step_transposed,
    steps_from_iterables,
    tensors_kept,
    trajectory,
    two_optimizers,
    way_down_a_bowl,
    what_step_says,
    work_of_step,
)

from autograder.suite import (
    assert_budget,
    assert_close,
    assert_same,
    check,
    draw_normal,
    on_a_bowl,
    pictured,
    require,
)

LR = 0.1
AFTER_ONE = "after one step, parameters"
# Not square, square, and flat: a transposed or flattened update shows in one of them.
SHAPES = ((3, 5), (4, 4), (7,))
# Right spellings run 1 to 6 operations per parameter (`.data` counts as one each time).
OPERATIONS_PER_PARAMETER = 6
# The dearest right spelling writes the product, the difference and the copy back: 3.
WRITES_PER_ELEMENT = 4
# The dearest right spelling takes 0.015 s for so many steps, the fastest loop over elements 6 s.
MANY, SECONDS_OF_MANY = 300, 0.5


def draw(rng, *shapes):
    return [draw_normal(rng, *shape, dtype=torch.float64) for shape in shapes]


def stepped(params, grads, lr=LR):
    return [p if g is None else p - lr * g for p, g in zip(params, grads, strict=True)]


def assert_first_moved(seen, params, grads):
    """Require that the step which showed a fact was right, too, where it is known to be so."""
    assert_close(seen["parameters"][0], params[0] - LR * grads[0], what="after a step, parameter 0")


def require_fast_steps(submission, rng, *shape):
    """Require that no step loops over many elements: what hides from the counters takes its time."""
    (value, *gradients) = draw(rng, shape, shape, shape)
    case = {"value": value, "gradients": gradients, "lr": LR, "steps": MANY}
    actual = submission.run_within(SECONDS_OF_MANY, many_steps, **case)
    expected = value - LR * MANY / 2 * sum(gradients)
    assert_close(actual, expected, atol=1e-9, what=f"the parameter after {MANY} steps")


def is_unchanged(actual, before):
    return isinstance(actual, torch.Tensor) and torch.equal(actual, before)


def is_near(actual, expected, rtol):
    return (
        isinstance(actual, torch.Tensor)
        and (actual.shape, actual.dtype) == (expected.shape, expected.dtype)
        and torch.allclose(actual, expected, rtol=rtol, atol=rtol)
    )


@check(points=3, hint="Compare one element by hand: p - lr * p.grad.")
def test_one_step_matches(submission, torch_impl, rng):
    """One step changes a parameter p to p - lr * p.grad."""
    (p,), (g,) = draw(rng, (3, 5)), draw(rng, (3, 5))

    seen = submission.run(first_step, value=p, grad=g, lr=LR)

    actual, expected = seen["parameter"], p - LR * g
    require(
        not is_unchanged(actual, p),
        "step left the parameter exactly as it was, although it has a gradient.",
        hint="Did the numbers inside the tensor change, or only what a name stands for?",
    )
    require(
        is_near(actual, expected, 1e-10) or not is_near(actual, expected, 1e-5),
        "the parameter is right to about seven digits, as if the step were made in float32; "
        "the parameter and its gradient are float64.",
        hint="Does the update change the dtype on its way?",
    )
    with pictured(on_a_bowl, submission, torch_impl, way_down_a_bowl, bowl=(1.0, 6.0)):
        assert_close(actual, expected, what="the parameter after one step")


@check(points=2, requires="one_step_matches", hint="Follow your loop with three parameters.")
def test_every_parameter_moves(submission, rng):
    """One step changes every parameter of the list."""
    params, grads = draw(rng, *SHAPES), draw(rng, *SHAPES)

    seen = submission.run(trajectory, params=params, stream=[grads], lr=LR)

    actual = seen["after step 1"]
    for i, (after, before) in enumerate(zip(actual, params, strict=True)):
        require(
            not is_unchanged(after, before),
            f"step left parameter {i} of {len(params)} exactly as it was, "
            "although it has a gradient.",
        )
    assert_close(actual, stepped(params, grads), what=AFTER_ONE)


@check(
    points=2,
    requires="every_parameter_moves",
    hint="A layer that took no part in the loss has `p.grad` None; the layers after it have not.",
)
def test_parameters_without_gradient_are_skipped(submission, rng):
    """A parameter whose gradient is None stays as it is, and the others still move."""
    shapes = (*SHAPES, (2, 3), (5,))
    params, grads = draw(rng, *shapes), draw(rng, *shapes)
    grads[0] = grads[2] = grads[4] = None

    seen = submission.run(trajectory, params=params, stream=[grads], lr=LR)

    assert_close(
        seen["after step 1"],
        stepped(params, grads),
        what="after a step in which 0, 2 and 4 have no gradient, parameters",
    )


@check(requires="every_parameter_moves", hint="What is left to do when nothing has a gradient?")
def test_step_without_any_gradient_does_nothing(submission, rng):
    """A step before the first backward changes nothing and is no error."""
    params, grads = draw(rng, *SHAPES), draw(rng, *SHAPES)

    seen = submission.run(trajectory, params=params, stream=[[None] * 3, grads], lr=LR)

    assert_same(seen["after step 1"], params, what="after a step without gradients, parameters")
    what = "after a step without gradients and one with them, parameters"
    assert_close(seen["after step 2"], stepped(params, grads), what=what)


@check(
    requires="one_step_matches",
    hint="After `step` a training loop may log `p.grad`, or add another batch to it.",
)
def test_step_leaves_gradients_alone(submission, rng):
    """After a step every gradient is the tensor that it was, with the values that it had."""
    params, grads = draw(rng, *SHAPES), draw(rng, *SHAPES)

    seen = submission.run(gradients_after_step, params=params, grads=grads, lr=LR)

    assert_same(seen["gradients"], grads, what="after a step, gradients")
    assert_first_moved(seen, params, grads)
    require(all(seen["same"]), "step put another tensor in the place of `p.grad`.")


@check(
    points=2,
    requires="one_step_matches",
    hint="Other tensors may look at the same memory; they must see the update, too.",
)
def test_parameter_keeps_its_memory(submission, rng):
    """A parameter that is a window of a bigger buffer updates that buffer."""
    (buffer,), (grad,) = draw(rng, (6, 4)), draw(rng, (3, 4))

    seen = submission.run(step_inside_a_buffer, buffer=buffer, rows=[2, 5], grad=grad, lr=LR)

    expected = buffer.clone()
    expected[2:5] -= LR * grad
    assert_close(seen["parameter"], expected[2:5], what="the parameter")
    require(
        not is_unchanged(seen["buffer"], buffer),
        "the parameter has its new values, but the buffer that it is a window of has the old ones.",
    )
    assert_close(seen["buffer"], expected, what="the buffer")
    require(not seen["moved"], "step moved the parameter to another place in memory.")


@check(
    requires="one_step_matches",
    hint="Reshaping a tensor that is not contiguous fails, or gives a copy.",
)
def test_transposed_parameter_moves(submission, rng):
    """A parameter that is not contiguous is updated like any other."""
    (value,), (grad,) = draw(rng, (3, 5)), draw(rng, (5, 3))

    actual = submission.run(step_transposed, value=value, grad=grad, lr=LR)

    require(
        not is_unchanged(actual, value.t()), "step left a transposed parameter exactly as it was."
    )
    assert_close(actual, value.t() - LR * grad, what="a transposed parameter after one step")


@check(requires="every_parameter_moves", hint="Does the update ask how many rows there are?")
def test_parameters_may_have_any_shape(submission, rng):
    """Parameters with no dimension, no element or four dimensions are updated."""
    shapes = ((), (0,), (2, 0, 3), (2, 3, 1, 2))
    params, grads = draw(rng, *shapes), draw(rng, *shapes)

    seen = submission.run(trajectory, params=params, stream=[grads], lr=LR)

    assert_close(seen["after step 1"], stepped(params, grads), what=AFTER_ONE)


@check(
    requires="one_step_matches",
    hint="The next forward pass must find the parameters as autograd knew them.",
)
def test_parameter_stays_a_leaf(submission, rng):
    """After a step every parameter is still a leaf that requires a gradient."""
    params, grads = draw(rng, *SHAPES), draw(rng, *SHAPES)

    seen = submission.run(autograd_facts, params=params, grads=grads, lr=LR)

    leaf = {"requires_grad": True, "is_leaf": True, "has a grad_fn": False}
    assert_same(seen["facts"], [leaf] * 3, what="after a step, parameters")
    assert_first_moved(seen, params, grads)


@check(
    requires="one_step_matches",
    hint="Whoever calls `step` has chosen whether autograd records; put it back as you found it.",
)
def test_recording_stays_as_it_was(submission, rng):
    """A step works with autograd's recording on or off, and leaves it on or off."""
    params, grads = draw(rng, (3, 5)), draw(rng, (3, 5))

    seen = submission.run(recording_around_step, params=params, grads=grads, lr=LR)

    for name, other in (("on", "off"), ("off", "on")):
        require(
            seen[name]["after"] is (name == "on"),
            f"recording was {name} before step and is {other} after it.",
        )
        assert_close(
            seen[name]["parameters"],
            stepped(params, grads),
            what=f"after a step with recording {name}, parameters",
        )


@check(requires="one_step_matches", hint="Which lines of `step` still run after an exception?")
def test_recording_survives_an_error(submission, rng):
    """Recording is on again when a step ended with an exception."""
    params, grads = draw(rng, (3, 5)), draw(rng, (3, 5))

    seen = submission.run(recording_after_a_failed_step, params=params, grads=grads, lr=LR)

    assert_first_moved(seen, params, grads)
    require(
        seen["after a failed step"] is True,
        "step raised an exception (its `lr` was no number), and recording has been off since.",
    )


@check(requires="one_step_matches", hint="When is the learning rate read?")
def test_changed_rate_takes_effect(submission, rng):
    """A new value of `lr` counts from the next step on."""
    rates = [0.1, 0.5, 0.02]
    params, stream = draw(rng, (3, 5)), [draw(rng, (3, 5)) for _ in rates]

    actual = submission.run(changing_rate, params=params, stream=stream, rates=rates)

    expected, now = {}, params
    for t, (grads, rate) in enumerate(zip(stream, rates, strict=True), start=1):
        now = expected[f"after step {t}"] = stepped(now, grads, rate)
    assert_close(actual, expected, what=f"with lr = {rates}, parameters")


@check(requires="one_step_matches", hint="Zero is a number like any other, but it is not true.")
def test_zero_rate_changes_nothing(submission, rng):
    """A step with a learning rate of zero leaves every parameter as it is."""
    params, grads = draw(rng, (3, 5)), draw(rng, (3, 5))

    seen = submission.run(trajectory, params=params, stream=[grads], lr=0.0)
    assert_same(seen["after step 1"], params, what="after a step with lr = 0.0, parameters")

    seen = submission.run(trajectory, params=params, stream=[grads], lr=LR)
    assert_close(seen["after step 1"], stepped(params, grads), what=AFTER_ONE)


@check(requires="every_parameter_moves", hint="`model.parameters()` can be read only once.")
def test_any_iterable_of_parameters_works(submission, rng):
    """Parameters from a generator, a filter, a dict or a tuple move in every step."""
    params, stream = draw(rng, *SHAPES), [draw(rng, *SHAPES) for _ in range(3)]

    actual = submission.run(steps_from_iterables, params=params, stream=stream, lr=LR)

    now = params
    for grads in stream:
        now = stepped(now, grads)
    expected = dict.fromkeys(("a generator", "a filter", "dict.values()", "a tuple"), now)
    assert_close(actual, expected, what="after three steps, parameters from")


@check(requires="one_step_matches", hint="What does an optimizer share with other optimizers?")
def test_two_optimizers_keep_apart(submission, rng):
    """Two optimizers step their own parameters at their own rates."""
    params, grads = draw(rng, (3, 5), (4,)), draw(rng, (3, 5), (4,))
    first, second = 0.1, 0.3

    actual = submission.run(two_optimizers, params=params, grads=grads, rates=[first, second])

    moved = [params[0] - first * grads[0], params[1] - second * grads[1]]
    expected = {
        "after the first one's step": [moved[0], params[1]],
        "after the second one's step": moved,
        "after one step of each on a shared parameter": [moved[0] - second * grads[0]],
    }
    assert_close(actual, expected, what="parameters")


@check(requires="every_parameter_moves", hint="Someone will want to see that a gradient was nan.")
def test_nan_stays_in_its_parameter(submission, rng):
    """A gradient with nan and inf reaches its own parameter and no other."""
    params, grads = draw(rng, *SHAPES), draw(rng, *SHAPES)
    grads[1][0, 1], grads[1][2, 3], grads[1][3, 0] = float("nan"), float("inf"), float("-inf")

    seen = submission.run(trajectory, params=params, stream=[grads], lr=LR)

    assert_close(
        seen["after step 1"],
        stepped(params, grads),
        what="after a step with nan and inf in the gradient of parameter 1, parameters",
    )


@check(requires="one_step_matches", hint="What does the optimizer hold on to between two steps?")
def test_nothing_is_kept_per_step(submission, rng):
    """Twenty more steps leave no more tensors in memory."""
    params, grads = draw(rng, *SHAPES), draw(rng, *SHAPES)

    seen = submission.run(tensors_kept, params=params, grads=grads, lr=LR, steps=20)

    values = [params[0].tolist(), *seen["steps"]]
    moved = sum(after != before for before, after in pairwise(values))
    require(moved == 40, f"of 40 steps, {moved} changed the first parameter.")
    more = seen["more"]
    # Fewer than one per step: an optimizer may make itself scratch tensors once.
    require(more < 20, f"after 20 further steps {more} more tensors are alive than before them.")


@check(requires="one_step_matches", hint="`step` works by changing parameters, and only so.")
def test_step_returns_nothing(submission, rng):
    """A step returns None and prints nothing."""
    params, grads = draw(rng, *SHAPES), draw(rng, *SHAPES)

    seen = submission.run(what_step_says, params=params, grads=grads, lr=LR)

    require(
        seen["returned"] is None,
        f"step returned a {seen['returned']}; it should return None.",
    )
    assert_first_moved(seen, params, grads)
    require(seen["printed"] is False, "step printed something.")


@check(
    points=2,
    requires="every_parameter_moves",
    hint="One tensor operation handles all elements at once, whatever the shape.",
)
def test_step_does_little_work(submission, rng):
    """A step runs a few operations per parameter and writes few elements."""
    shapes = ((16, 8), (24,), (12, 12), (20, 3), (32,))
    params, grads = draw(rng, *shapes), draw(rng, *shapes)

    work = submission.run(work_of_step, params=params, grads=grads, lr=LR)
    assert_close(work["parameters"], stepped(params, grads), what=AFTER_ONE)

    assert_budget(
        work["calls"],
        at_most=OPERATIONS_PER_PARAMETER,
        count=len(shapes),
        told="one step ran {} tensor operations per parameter",
    )
    assert_budget(
        work["elements"],
        at_most=WRITES_PER_ELEMENT,
        count=sum(p.numel() for p in params),
        told="one step wrote {} elements to memory for each element of the parameters",
        hint="Which of the tensors that a step makes does the formula need?",
    )
    require_fast_steps(submission, rng, 4096, 8)


@check(
    requires="every_parameter_moves",
    hint="`.item()`, `float(tensor)` and an `if` on a tensor all wait until its value is there.",
)
def test_step_reads_no_value(submission, rng):
    """A step never reads an element of a tensor as a Python number."""
    params, grads = draw(rng, *SHAPES), draw(rng, *SHAPES)

    work = submission.run(work_of_step, params=params, grads=grads, lr=LR)
    assert_close(work["parameters"], stepped(params, grads), what=AFTER_ONE)

    assert_budget(
        work["syncs"],
        at_most=0,
        count=len(SHAPES),
        told="one step read {} values out of tensors per parameter, and on a GPU each read "
        "waits for all the work before it",
    )
    require_fast_steps(submission, rng, 8, 4096)  # few rows: a loop over them reads nothing
