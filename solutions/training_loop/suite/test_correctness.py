"""What `fit` makes of a model, and what it leaves as it was."""

import torch
from probes import (
    batches,
    calls_of_the_model,
    data_afterwards,
    first_epochs,
    generators_afterwards,
    kinds_of_losses,
    memory_in_the_loop,
    parameters_afterwards,
    recording_afterwards,
    trained,
    trained_when_moody,
    trained_with_idle_parameters,
    what_fit_prints,
    work_of_fit,
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
# On the model of `draw_case` right spellings run 12 to 17 operations per batch ...
OPERATIONS_PER_BATCH = 30
# ... and write 4.3 to 6 elements for each of the 60 inputs of a batch.
WRITES_PER_INPUT = 12
_ONE = "one_batch_is_one_step"
_ALL = "every_parameter_moves"
_MANY = "every_batch_makes_a_step"
_EPOCHS = "every_epoch_makes_its_steps"
_LOSS = "losses_of_all_batches_are_returned"


def draw(rng, *shapes):
    return [draw_normal(rng, *shape, dtype=torch.float64) for shape in shapes]


def draw_case(rng, n, bs, epochs=1, lr=LR):
    """Return a regression from five numbers to three, with one matrix to learn."""
    (w,) = draw(rng, (5, 3))
    return {
        "weights": [0.5 * w],
        "data": draw(rng, (n, 5), (n, 3)),
        "loss": "mse",
        "epochs": epochs,
        "lr": lr,
        "bs": bs,
    }


def by_hand(case):
    """Return the matrix and the losses of a run on *case*, by the formula for its gradient."""
    (w,), (x, y) = case["weights"], case["data"]
    losses, bs = [], case["bs"]
    for _ in range(case["epochs"]):
        for i in range(0, len(x), bs):
            xb, error = x[i : i + bs], x[i : i + bs] @ w - y[i : i + bs]
            losses.append(error.square().mean().item())
            w = w - case["lr"] * 2 * xb.T @ error / error.numel()
    return {"parameters": [w], "losses": losses}


def is_unchanged(actual, before):
    return isinstance(actual, torch.Tensor) and torch.equal(actual, before)


def require_trained(seen, case, what):
    assert_close(seen["parameters"], by_hand(case)["parameters"], what=f"{what}, parameters")


def stepped(values, loss):
    """Return *values* after one step of autograd on `loss(*values)`."""
    leaves = [v.clone().requires_grad_() for v in values]
    grads = torch.autograd.grad(loss(*leaves), leaves)
    return [v - LR * g for v, g in zip(values, grads, strict=True)]


def values_of(losses):
    """Return *losses* as numbers: a tensor with the right value fails the check of types only."""
    return [
        v.item() if isinstance(v, torch.Tensor) and v.numel() == 1 else v
        for v in (losses if isinstance(losses, list | tuple) else [])
    ]


@check(points=3, hint="Which steps turn a batch into a gradient, and a gradient into an update?")
def test_one_batch_is_one_step(submission, rng):
    """One epoch with all rows in one batch changes a parameter p to p - lr * p.grad."""
    case = draw_case(rng, n=8, bs=8)

    seen = submission.run(first_epochs, **case)

    require(
        not is_unchanged(seen["after 1"], case["weights"][0]),
        "after an epoch with one batch, the parameter is exactly as it was.",
        hint="Did the numbers inside the tensor change, or only what a name stands for?",
    )
    (expected,) = by_hand(case)["parameters"]
    assert_close(seen["after 1"], expected, what="after an epoch with one batch, the parameter")


@check(points=2, requires=_ONE, hint="Ask the model for its parameters, rather than for layers.")
def test_every_parameter_moves(submission, rng):
    """An update changes matrices and vectors, all parameters of the model."""
    a, b, c = draw(rng, (5, 4), (4,), (4, 3))
    case = {**draw_case(rng, n=8, bs=8), "weights": [0.5 * a, b, 0.5 * c]}
    x, y = case["data"]

    seen = submission.run(trained, **case)

    for i, (after, before) in enumerate(zip(seen["parameters"], case["weights"], strict=True)):
        require(
            not is_unchanged(after, before),
            f"parameter {i} of 3 is exactly as it was after a step.",
        )
    expected = stepped(
        case["weights"], lambda a, b, c: ((x @ a + b).tanh() @ c - y).square().mean()
    )
    assert_close(seen["parameters"], expected, what="after one step, parameters")


@check(
    points=2,
    requires=_ONE,
    hint="Print a gradient right before each update: is it this batch's own?",
)
def test_every_batch_makes_a_step(submission, rng):
    """In one epoch each of three batches makes a step, with its own gradient."""
    case = draw_case(rng, n=12, bs=4)

    seen = submission.run(trained, **case)
    # Nothing is asked of a second epoch here; it tells "never" from "once per epoch".
    submission.run(trained, **{**case, "epochs": 2})

    require_trained(seen, case, "12 rows, bs=4, after one epoch")


@check(requires=_MANY, hint="How often does each of your loops run?")
def test_every_epoch_makes_its_steps(submission, rng):
    """Three epochs go through all batches three times."""
    case = draw_case(rng, n=12, bs=4, epochs=3)

    seen = submission.run(trained, **case)

    require_trained(seen, case, "12 rows, bs=4, after three epochs")


@check(points=2, requires=_MANY, hint="A slice may reach beyond the end of the rows.")
def test_short_last_batch_is_used(submission, rng):
    """Rows that do not fill a batch make a step, too."""
    case = draw_case(rng, n=14, bs=4)

    seen = submission.run(trained, **case)

    require_trained(seen, case, "14 rows, bs=4, after one epoch")


@check(
    requires="short_last_batch_is_used",
    hint="Go through your code by hand with bs=1, and with bs above the number of rows.",
)
def test_smallest_and_largest_bs_work(submission, rng):
    """A bs of 1 makes a step for every row; a bs of the number of rows or more makes one."""
    for bs in (1, 5, 11):
        case = draw_case(rng, n=5, bs=bs)
        seen = submission.run(trained, **case)
        require_trained(seen, case, f"5 rows, bs={bs}, after one epoch")


@check(
    requires="model_is_called_once_per_batch",
    hint="Which rows does the model get, and which the loss function?",
)
def test_batches_are_the_rows_in_order(submission, rng):
    """In every epoch each row comes once, in order, beside its own target."""
    case = draw_case(rng, n=12, bs=4, epochs=2)

    seen = submission.run(batches, **case)

    for actual, whole, what in zip(seen, case["data"], ("inputs", "targets"), strict=True):
        expected = [*whole.split(4), *whole.split(4)]
        require(
            len(actual) == len(expected),
            f"12 rows, bs=4, 2 epochs: expected 6 batches of {what}, got {len(actual)}",
        )
        assert_same(actual, expected, what=f"12 rows, bs=4, the {what} of batch")


@check(points=2, requires=_EPOCHS, hint="At which moment is a loss the loss of its batch?")
def test_losses_of_all_batches_are_returned(submission, rng):
    """`fit` returns the loss of every batch, in order, as it was before the update."""
    case = draw_case(rng, n=12, bs=4, epochs=2)

    losses = submission.run(trained, **case)["losses"]

    expected = by_hand(case)["losses"]
    require(isinstance(losses, list | tuple), "fit should return a list of the losses.")
    require(
        len(losses) == len(expected),
        f"12 rows, bs=4, 2 epochs: expected a list of 6 losses, got {len(losses)} items",
    )
    assert_close(values_of(losses), expected, what="losses")


@check(requires=_LOSS, hint="What does a loss tensor remember, and what is the bare number?")
def test_losses_are_plain_floats(submission, rng):
    """The losses are Python floats, which keep no history."""
    seen = submission.run(kinds_of_losses, **draw_case(rng, n=12, bs=4))

    require(seen["list"] == "list", f"fit returned a {seen['list']}; it should return a list.")
    other = next((kind for kind in seen["items"] if kind != "float"), None)
    require(other is None, f"an item of the list is a {other}; expected a float")


@check(requires=_ONE, hint="A freshly loaded model may be in either mode.")
def test_model_is_in_training_mode(submission, rng):
    """The model is in training mode in every call, whatever mode it came in."""
    for is_training in (True, False):
        case = draw_case(rng, n=8, bs=8)
        seen = submission.run(trained_when_moody, is_training=is_training, **case)
        mode = "training" if is_training else "evaluation"
        require_trained(seen, case, f"with a model that came in {mode} mode")
        require(seen["training afterwards"] is True, "fit left the model in evaluation mode.")


@check(
    requires=_ALL,
    hint="A layer that took no part in the loss has `p.grad` None; the layers after it have not.",
)
def test_idle_parameters_are_left_alone(submission, rng):
    """Frozen and unused parameters stay as they are, and all others move."""
    a, b, c, idle = draw(rng, (5, 4), (4,), (4, 3), (2,))
    case = {**draw_case(rng, n=8, bs=8), "weights": [0.5 * a, b, 0.5 * c]}
    x, y = case["data"]

    seen = submission.run(trained_with_idle_parameters, idle=idle, **case)

    *moved, frozen = case["weights"]
    expected = stepped(moved, lambda a, b: ((x @ a + b).tanh() @ frozen - y).square().mean())
    assert_close(
        seen["parameters"], [*expected, frozen], what="with the last one frozen, parameters"
    )
    assert_same(seen["unused"], idle, what="a parameter that the model does not use")


@check(
    requires=_ONE, hint="Others may hold on to the parameters of a model; they must see the update."
)
def test_parameters_stay_the_same_tensors(submission, rng):
    """After a run every parameter is the same leaf in the same memory."""
    case = draw_case(rng, n=8, bs=8)

    seen = submission.run(parameters_afterwards, **case)

    require_trained(seen, case, "after one step")
    expected = by_hand(case)["parameters"]
    assert_close(
        seen["as others see them"], expected, what="seen through a view made before, parameters"
    )
    for fact in ("same objects", "same memory", "leaves"):
        words = {"leaves": "leaves that require a gradient"}.get(fact, f"the {fact} as before")
        require(all(seen[fact]), f"after a step, parameters are not {words}.")


@check(requires=_ONE, hint="Every switch that you turn has to be turned back.")
def test_recording_stays_as_it_was(submission, rng):
    """Autograd's recording is on in every batch and after the run."""
    case = draw_case(rng, n=8, bs=8)

    seen = submission.run(recording_afterwards, **case)

    require_trained(seen, case, "after one step")
    require(all(seen["during"]), "recording was off while the loss was computed.")
    require(seen["afterwards"] is True, "recording was on before fit and is off after it.")


@check(requires=_ONE, hint="Who owns the data?")
def test_data_stays_as_it_is(submission, rng):
    """A run changes neither inputs nor targets."""
    case = draw_case(rng, n=8, bs=8)

    seen = submission.run(data_afterwards, **case)

    for name, before in zip("xy", case["data"], strict=True):
        assert_same(seen[name], before, what=f"{name} after the run")


@check(requires=_ONE, hint="Look at the order of the arguments in the docstring of `fit`.")
def test_loss_function_gets_predictions_first(submission, rng):
    """The loss function is called with predictions, then targets."""
    case = {**draw_case(rng, n=8, bs=8), "loss": "lopsided"}
    x, y = case["data"]

    seen = submission.run(trained, **case)

    expected = stepped(case["weights"], lambda w: (x @ w - 2 * y).square().mean())
    assert_close(seen["parameters"], expected, what="with a lopsided loss function, parameters")


@check(requires=_EPOCHS, hint="Who else could use the predictions that you have already?")
def test_model_is_called_once_per_batch(submission, rng):
    """Each batch takes one call of the model, by `model(xb)`."""
    case = draw_case(rng, n=12, bs=4, epochs=2)

    seen = submission.run(calls_of_the_model, **case)

    require_trained(seen, case, "after two epochs")
    require(
        seen["calls"] == seen["forwards"],
        f"forward ran {seen['forwards']} times, but the model was called {seen['calls']} times; "
        "hooks run only in a call.",
        hint="What does `model(xb)` do besides running `forward`?",
    )
    require(
        seen["calls"] == 6,
        f"12 rows, bs=4, 2 epochs: expected 6 calls of the model, got {seen['calls']}",
    )


@check(requires=_LOSS, hint="What does your code do before it asks how many epochs there are?")
def test_no_epochs_change_nothing(submission, rng):
    """With epochs=0 nothing changes, and the list of losses is empty."""
    case = draw_case(rng, n=8, bs=4, epochs=0)

    seen = submission.run(trained, **case)

    assert_same(seen["parameters"], case["weights"], what="with epochs=0, parameters")
    assert_same(seen["losses"], [], what="with epochs=0, losses")


@check(requires=_ONE, hint="Zero is a number like any other, but it is not true.")
def test_zero_rate_changes_nothing(submission, rng):
    """With lr=0.0 every parameter stays as it is."""
    case = draw_case(rng, n=8, bs=4, lr=0.0)

    seen = submission.run(trained, **case)

    assert_same(seen["parameters"], case["weights"], what="with lr=0.0, parameters")


@check(requires=_LOSS, hint="Someone will want to see that a loss was nan.")
def test_nan_is_passed_on(submission, rng):
    """A row with nan makes the loss of its batch nan, and the parameter with it."""
    case = draw_case(rng, n=12, bs=4)
    case["data"][0][5, 2] = float("nan")

    seen = submission.run(trained, **case)

    expected, what = by_hand(case), "with nan in the second of three batches"
    require_trained(seen, case, what)
    assert_close(values_of(seen["losses"]), expected["losses"], what=f"{what}, losses")


@check(requires=_ONE, hint="Does your code ask more of x than its length?")
def test_rows_may_have_any_shape(submission, rng):
    """Inputs may have more than two dimensions; the model gets them as they are."""
    case = draw_case(rng, n=8, bs=8)
    x, y = case["data"]
    case["data"] = [x.reshape(8, 5, 1), y]

    seen = submission.run(trained, **case)
    (inputs, _) = submission.run(batches, **case)

    require_trained(seen, {**case, "data": [x, y]}, "with x of shape (8, 5, 1)")
    require(inputs, "the model was not called.")
    assert_same(inputs[0], case["data"][0], what="with x of shape (8, 5, 1), what the model gets")


@check(requires=_ONE, hint="Who else uses torch's random numbers in the same program?")
def test_random_generators_are_left_alone(submission, rng):
    """A run draws no random number and sets no seed."""
    case = draw_case(rng, n=8, bs=8)

    seen = submission.run(generators_afterwards, **case)

    require_trained(seen, case, "after one step")
    require(seen["torch"] is True, "fit changed the state of torch's random generator.")
    require(seen["random"] is True, "fit changed the state of Python's random generator.")


@check(requires=_MANY, hint="What still refers to a batch when the next one is on its way?")
def test_memory_does_not_grow_with_the_batches(submission, rng):
    """Twenty batches later no more tensors with a history are alive, and hardly more others."""
    case = draw_case(rng, n=120, bs=4)

    seen = submission.run(memory_in_the_loop, early=5, late=25, **case)

    require_trained(seen, case, "after 30 batches")
    # A bare number may be kept as a tensor until the end: one per batch.
    require(
        seen["tensors"] < 2 * 20,
        f"20 batches later {seen['tensors']} more tensors are alive.",
    )
    require(
        seen["with a history"] < 20,
        f"20 batches later {seen['with a history']} more tensors are alive that remember "
        "how they were computed.",
        hint="What does a loss remember that the number inside it does not?",
    )


@check(points=2, requires=_MANY, hint="Which line of the loop runs once for each row, or copies?")
def test_each_batch_takes_little_work(submission, rng):
    """A batch takes a few tensor operations, however many rows it has, and few copies."""
    case = draw_case(rng, n=120, bs=12)

    work = submission.run(work_of_fit, **case)

    require_trained(work, case, "after 10 batches")
    assert_budget(
        work["calls"],
        at_most=OPERATIONS_PER_BATCH,
        count=10,
        told="fit ran {} tensor operations per batch",
    )
    assert_budget(
        work["elements"],
        at_most=WRITES_PER_INPUT,
        count=case["data"][0].numel(),
        told="fit wrote {} elements to memory for each element of the inputs",
        hint="Which of the tensors that a batch makes are needed?",
    )


@check(
    requires=_MANY, hint="`.item()`, `float(tensor)` and an `if` on a tensor wait for its value."
)
def test_each_batch_reads_one_value(submission, rng):
    """A batch reads at most one element of a tensor as a Python number: its loss."""
    case = draw_case(rng, n=120, bs=12)

    work = submission.run(work_of_fit, **case)

    require_trained(work, case, "after 10 batches")
    assert_budget(
        work["syncs"],
        at_most=1,
        count=10,
        told="fit read {} values out of tensors per batch, and on a GPU each read waits for all "
        "the work before it",
    )


@check(requires=_ONE, hint="Whoever trains decides what is shown.")
def test_fit_prints_nothing(submission, rng):
    """`fit` prints nothing."""
    case = draw_case(rng, n=8, bs=8)

    seen = submission.run(what_fit_prints, **case)

    require_trained(seen, case, "after one step")
    require(seen["printed"] == "", "fit printed something.")
