"""What `Adam.step` does, and what it leaves as it was."""

import torch
from probes import (
    changing_rate,
    error_at_a_sparse_gradient,
    first_steps,
    gradients_after_step,
    recording_around_step,
    resumed,
    step_inside_a_buffer,
    step_transposed,
    tensors_kept,
    trajectory,
    two_optimizers,
    what_step_says,
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

LR = 0.1
# Two of them alike: state that is kept by shape is shared.
SHAPES = ((3, 5), (7,), (3, 5))
# Right spellings run 7 to 14 operations per parameter, and one more with each setting.
OPERATIONS_PER_PARAMETER = 25
# They write 6 to 14 elements for each element.
WRITES_PER_ELEMENT = 20
# Where eps stands makes less of a difference for gradients of ordinary size, and so does a
# correction in float32: checks of their own see to both.
NEAR = {"rtol": 1e-5, "atol": 1e-5}
_FIRST = "first_step_matches"
_ALL = "every_parameter_moves"
_THREE = "three_steps_match"
_EPS = "eps_damps_tiny_gradients"


def draw(rng, *shapes):
    return [draw_normal(rng, *shape, dtype=torch.float64) for shape in shapes]


def draw_ordinary(rng, *shapes):
    """Return gradients whose elements have sizes between 0.5 and 2."""
    return [g.sign() * torch.from_numpy(rng.uniform(0.5, 2, g.shape)) for g in draw(rng, *shapes)]


def adam(params, stream, rates=None, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, sign=1):
    """Return the parameters after every step, by the rules of the exercise."""
    params = [p.clone() for p in params]
    kept = [[0, torch.zeros_like(p), torch.zeros_like(p)] for p in params]
    after = []
    for grads, lr in zip(stream, rates or [LR] * len(stream), strict=True):
        for i, (p, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            t, m, v = kept[i]
            g = sign * grad + weight_decay * p
            t, m, v = (
                t + 1,
                betas[0] * m + (1 - betas[0]) * g,
                betas[1] * v + (1 - betas[1]) * g * g,
            )
            kept[i] = [t, m, v]
            root = (v / (1 - betas[1] ** t)).sqrt()
            params[i] = p - lr * (m / (1 - betas[0] ** t)) / (root + eps)
        after.append(list(params))
    return after


def is_unchanged(actual, before):
    return isinstance(actual, torch.Tensor) and torch.equal(actual, before)


def is_like(actual, expected):
    return isinstance(actual, torch.Tensor) and (actual.shape, actual.dtype) == (
        expected.shape,
        expected.dtype,
    )


def case_of(params, stream, **hyper):
    return {"name": "Adam", "params": params, "stream": stream, "hyper": {"lr": LR, **hyper}}


@check(points=2, hint="Compute one element by hand: what are m and v where step is 1?")
def test_first_step_matches(submission, rng):
    """The first step moves each element by lr against its gradient, whatever its size."""
    (p,), gradients = draw(rng, (3, 5)), draw_ordinary(rng, (3, 5), (3, 5))

    # Nothing is asked of the second step here; it tells mistakes apart.
    seen = submission.run(first_steps, name="Adam", value=p, gradients=gradients, hyper={"lr": LR})

    actual = seen["after step 1"]
    require(
        not is_unchanged(actual, p),
        "step left the parameter exactly as it was, although it has a gradient.",
        hint="Did the numbers inside the tensor change, or only what a name stands for?",
    )
    ((expected,),) = adam([p], [gradients[:1]])
    assert_close(actual, expected, **NEAR, what="the parameter after one step")


@check(requires=_FIRST, hint="Follow your loop with three parameters: what belongs to each?")
def test_every_parameter_moves(submission, rng):
    """The first step moves every parameter of the list, as if it were alone."""
    params, grads = draw(rng, *SHAPES), draw_ordinary(rng, *SHAPES)

    seen = submission.run(trajectory, **case_of(params, [grads]))

    assert_close(
        seen["after step 1"], adam(params, [grads])[0], **NEAR, what="after one step, parameters"
    )


@check(
    points=2,
    requires=_FIRST,
    hint="Which numbers must the second step know, and which were only for the first?",
)
def test_three_steps_match(submission, rng):
    """Three steps use running means of the gradient and of its square, each corrected."""
    params, stream = draw(rng, (3, 5)), [draw_ordinary(rng, (3, 5)) for _ in range(3)]

    seen = submission.run(trajectory, **case_of(params, stream))

    for t, expected in enumerate(adam(params, stream), start=1):
        what = f"after step {t} of 3, parameters"
        assert_close(seen[f"after step {t}"], expected, **NEAR, what=what)


@check(
    points=2,
    requires=(_ALL, _THREE),
    hint="How often was a parameter moved that gets its first gradient in step 3?",
)
def test_each_parameter_counts_its_own_steps(submission, rng):
    """A parameter without a gradient stays, keeps its state, and counts no step."""
    params = draw(rng, *SHAPES)
    stream = [draw_ordinary(rng, *SHAPES) for _ in range(10)]
    for t, i in ((0, 0), (1, 0), (2, 0), (3, 1), (4, 1), (6, 2), (7, 0)):
        stream[t][i] = None
    stream[8] = [None, None, None]

    seen = submission.run(trajectory, **case_of(params, stream))

    expected = adam(params, stream)
    for t in (1, 2, 3, 10):
        what = f"after step {t} of 10, with gradients missing now and then, parameters"
        assert_close(seen[f"after step {t}"], expected[t - 1], **NEAR, what=what)


@check(
    points=2,
    requires=_FIRST,
    hint="Compute the step for a gradient of 1e-8 by hand; what does eps do there?",
)
def test_eps_damps_tiny_gradients(submission, rng):
    """Elements whose gradients are near eps or below it move by less than lr."""
    (p,), (g,) = draw(rng, (3, 5)), draw_ordinary(rng, (3, 5))

    for size in (1e-6, 1e-8, 1e-12):
        seen = submission.run(trajectory, **case_of([p], [[g * size]]))
        moved = [q - p for q in seen["after step 1"] if is_like(q, p)]
        ((q,),) = adam([p], [[g * size]])
        what = f"with gradients of about {size:g}, the way that the parameter went"
        assert_close(moved, [q - p], rtol=1e-4, atol=1e-12, what=what)


@check(requires=_FIRST, hint="What is zero divided by zero, and what stands beside the root?")
def test_zero_gradient_moves_nothing(submission, rng):
    """A gradient of zeros leaves a parameter where it is, at first."""
    params = draw(rng, (3, 5))

    seen = submission.run(trajectory, **case_of(params, [[torch.zeros_like(params[0])]]))

    assert_same(seen["after step 1"], params, what="after a step with zero gradients, parameters")


@check(requires=(_THREE, _EPS), hint="Which numbers does your code write down that it was given?")
def test_betas_and_eps_are_used(submission, rng):
    """Other betas and another eps give other steps; betas of zero forget at once."""
    params, stream = draw(rng, (3, 5)), [draw_ordinary(rng, (3, 5)) for _ in range(10)]

    for hyper in (
        {"betas": (0.5, 0.9)},
        {"betas": (0.9, 0.5)},
        {"betas": (0.0, 0.0)},
        {"eps": 0.1},
    ):
        seen = submission.run(trajectory, **case_of(params, stream, **hyper))
        expected = adam(params, stream, **hyper)
        for t in (1, 2, 3, 10):
            what = f"with {hyper}, after step {t}, parameters"
            assert_close(seen[f"after step {t}"], expected[t - 1], **NEAR, what=what)


@check(points=2, requires=_THREE, hint="In which line of the rules does weight_decay come in?")
def test_weight_decay_is_a_part_of_the_gradient(submission, rng):
    """In Adam weight decay is added to the gradient, before the running means."""
    # The decay is smaller than any gradient, so that no sum of both is near zero.
    params = [0.25 * p for p in draw_ordinary(rng, (3, 5))]
    stream = [draw_ordinary(rng, (3, 5)) for _ in range(3)]

    seen = submission.run(trajectory, **case_of(params, stream, weight_decay=0.5))

    for t, expected in enumerate(adam(params, stream, weight_decay=0.5), start=1):
        what = f"with weight_decay=0.5, after step {t} of 3, parameters"
        assert_close(seen[f"after step {t}"], expected, **NEAR, what=what)


@check(requires="weight_decay_is_a_part_of_the_gradient", hint="Whose sign changes, and whose not?")
def test_maximize_walks_uphill(submission, rng):
    """With maximize the gradient changes its sign, and weight decay does not."""
    # The decay is smaller than any gradient, so that no sum of both is near zero.
    params = [0.25 * p for p in draw_ordinary(rng, (3, 5))]
    stream = [draw_ordinary(rng, (3, 5)) for _ in range(3)]

    for decay in (0.0, 0.5):
        hyper = {"maximize": True, "weight_decay": decay}
        seen = submission.run(trajectory, **case_of(params, stream, **hyper))
        by_hand = adam(params, stream, weight_decay=decay, sign=-1)
        for t, expected in enumerate(by_hand, start=1):
            what = f"with maximize and weight_decay={decay}, after step {t} of 3, parameters"
            assert_close(seen[f"after step {t}"], expected, **NEAR, what=what)


@check(requires=_THREE, hint="When is the learning rate read?")
def test_changed_rate_takes_effect(submission, rng):
    """A new value of `lr` counts from the next step on, zero included."""
    rates = [0.1, 0.5, 0.0]
    params, stream = draw(rng, (3, 5)), [draw_ordinary(rng, (3, 5)) for _ in rates]

    seen = submission.run(
        changing_rate, name="Adam", params=params, stream=stream, rates=rates, hyper={}
    )

    by_hand = adam(params, stream, rates=rates)
    expected = {f"after step {t}": now for t, now in enumerate(by_hand, start=1)}
    assert_close(seen, expected, **NEAR, what=f"with lr = {rates}, parameters")


@check(requires=_FIRST, hint="After `step` a training loop may log `p.grad`, or add to it.")
def test_step_leaves_gradients_alone(submission, rng):
    """After a step every gradient is the tensor that it was, with the values that it had."""
    params, grads = draw(rng, *SHAPES), draw_ordinary(rng, *SHAPES)

    for hyper in ({}, {"weight_decay": 0.5}):
        seen = submission.run(
            gradients_after_step, name="Adam", params=params, grads=grads, hyper={"lr": LR, **hyper}
        )
        assert_same(seen["gradients"], grads, what="after a step, gradients")
        require(all(seen["same"]), "step put another tensor in the place of `p.grad`.")


@check(
    requires=_FIRST,
    hint="Other tensors may look at the same memory; they must see the update, too.",
)
def test_parameter_keeps_its_memory(submission, rng):
    """A parameter that is a window of a bigger buffer updates that buffer, and stays a leaf."""
    (buffer,), (grad,) = draw(rng, (6, 4)), draw_ordinary(rng, (3, 4))

    seen = submission.run(
        step_inside_a_buffer,
        name="Adam",
        buffer=buffer,
        rows=[2, 5],
        grad=grad,
        hyper={"lr": LR},
    )

    ((window,),) = adam([buffer[2:5]], [[grad]])
    assert_close(seen["parameter"], window, **NEAR, what="the parameter")
    expected = torch.cat([buffer[:2], window, buffer[5:]])
    what = "the buffer that the parameter is a window of"
    assert_close(seen["buffer"], expected, **NEAR, what=what)
    require(not seen["moved"], "step moved the parameter to another place in memory.")
    require(
        seen["is a leaf"] is True, "the parameter is no longer a leaf that requires a gradient."
    )


@check(requires=_ALL, hint="Does the update ask how many rows there are?")
def test_parameters_may_have_any_shape(submission, rng):
    """Parameters with no dimension, no element, or a transposed layout are moved."""
    shapes = ((), (0,), (2, 3, 1, 2))
    params, grads = draw(rng, *shapes), draw_ordinary(rng, *shapes)
    (value,), (grad,) = draw(rng, (3, 5)), draw_ordinary(rng, (5, 3))

    seen = submission.run(trajectory, **case_of(params, [grads]))
    transposed = submission.run(
        step_transposed, name="Adam", value=value, grad=grad, hyper={"lr": LR}
    )

    (expected,) = adam(params, [grads])
    what = f"after one step, parameters of shapes {shapes}"
    assert_close(seen["after step 1"], expected, **NEAR, what=what)
    ((expected,),) = adam([value.t()], [[grad]])
    assert_close(transposed, expected, **NEAR, what="a transposed parameter after one step")


@check(
    requires=_FIRST,
    hint="Whoever calls `step` has chosen whether autograd records; put it back as you found it.",
)
def test_recording_stays_as_it_was(submission, rng):
    """A step works with autograd's recording on or off, and leaves it on or off."""
    params, grads = draw(rng, (3, 5)), draw_ordinary(rng, (3, 5))

    seen = submission.run(
        recording_around_step, name="Adam", params=params, grads=grads, hyper={"lr": LR}
    )

    (expected,) = adam(params, [grads])
    for word, other in (("on", "off"), ("off", "on")):
        require(
            seen[word]["after"] is (word == "on"),
            f"recording was {word} before step and is {other} after it.",
        )
        what = f"after a step with recording {word}, parameters"
        assert_close(seen[word]["parameters"], expected, **NEAR, what=what)


@check(requires=_THREE, hint="What does an optimizer share with other optimizers?")
def test_two_optimizers_keep_apart(submission, rng):
    """Two optimizers that take turns keep state of their own."""
    params, stream = draw(rng, (3, 5), (3, 5)), [draw_ordinary(rng, (3, 5), (3, 5)) for _ in "abc"]

    seen = submission.run(
        two_optimizers, name="Adam", params=params, stream=stream, hyper={"lr": LR}
    )

    what = "after three steps of two optimizers, parameters"
    assert_close(seen, adam(params, stream)[-1], **NEAR, what=what)


@check(
    points=2,
    requires=(_ALL, _THREE),
    hint="Whoever saves a run saves `optimizer.state`; what would be missing?",
)
def test_all_memory_is_in_state(submission, rng):
    """Another optimizer that gets a copy of `state` goes on as if nothing had happened."""
    params, stream = draw(rng, *SHAPES), [draw_ordinary(rng, *SHAPES) for _ in range(6)]

    seen = submission.run(
        resumed, name="Adam", params=params, stream=stream, stop=3, hyper={"lr": LR}
    )

    what = "after three steps, and three more of another optimizer with that state, parameters"
    assert_close(seen, adam(params, stream)[-1], **NEAR, what=what)


@check(requires=_FIRST, hint="What does the optimizer hold on to between two steps?")
def test_nothing_is_kept_per_step(submission, rng):
    """Twenty more steps leave no more tensors in memory."""
    params, grads = draw(rng, *SHAPES), draw_ordinary(rng, *SHAPES)

    more = submission.run(
        tensors_kept, name="Adam", params=params, grads=grads, steps=20, hyper={"lr": LR}
    )

    # Fewer than one per step: an optimizer may make itself scratch tensors once.
    require(more < 20, f"after 20 further steps {more} more tensors are alive than before them.")


@check(requires=_FIRST, hint="`step` works by changing parameters and state, and only so.")
def test_step_returns_nothing(submission, rng):
    """A step returns None and prints nothing."""
    params, grads = draw(rng, *SHAPES), draw_ordinary(rng, *SHAPES)

    seen = submission.run(what_step_says, name="Adam", params=params, grads=grads, hyper={"lr": LR})

    require(
        seen["returned"] == "NoneType",
        f"step returned a {seen['returned']}; it should return None.",
    )
    require(seen["printed"] is False, "step printed something.")


@check(
    requires=_FIRST,
    hint="A sparse gradient stores a few rows; running means of it would be wrong for the others.",
)
def test_sparse_gradient_is_refused(submission, rng):
    """A sparse gradient is refused by a RuntimeError that says so."""
    weight, values = draw(rng, (6, 3), (2, 3))

    seen = submission.run(
        error_at_a_sparse_gradient,
        name="Adam",
        weight=weight,
        rows=torch.tensor([4, 1]),
        values=values,
        hyper={"lr": LR},
    )

    got = f"raised {seen['raised']}" if seen["raised"] else "did not complain"
    require(seen["raised"] == "RuntimeError", f"expected a RuntimeError; a sparse gradient {got}")
    require(seen["says sparse"] is True, "the message of the error does not say 'sparse'.")


@check(
    points=2,
    requires=(_ALL, _THREE),
    hint="One tensor operation handles all elements at once, whatever the shape.",
)
def test_step_does_little_work(submission, rng):
    """A step runs a few operations per parameter and writes few elements."""
    shapes = ((16, 8), (24,), (12, 12), (20, 3), (32,))
    params, grads = draw(rng, *shapes), draw_ordinary(rng, *shapes)

    work = submission.run(work_of_step, name="Adam", params=params, grads=grads, hyper={"lr": LR})

    expected = adam(params, [grads] * 3)[-1]
    assert_close(
        work["parameters"], expected, rtol=1e-2, atol=1e-2, what="after three steps, parameters"
    )
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


@check(
    requires=(_ALL, _THREE),
    hint="`.item()`, `float(tensor)` and an `if` on a tensor all wait until its value is there.",
)
def test_step_reads_no_value(submission, rng):
    """A step never reads an element of a parameter or a gradient as a Python number."""
    params, grads = draw(rng, *SHAPES), draw_ordinary(rng, *SHAPES)

    work = submission.run(work_of_step, name="Adam", params=params, grads=grads, hyper={"lr": LR})

    assert_budget(
        work["reads"],
        at_most=0,
        count=len(SHAPES),
        told="one step read {} values out of tensors per parameter, and on a GPU each read "
        "waits for all the work before it",
    )
