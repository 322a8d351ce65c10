"""What `fit` does in an epoch, what it writes down, and what `get_dls` makes."""

import torch
from probes import (
    calls_of_fit,
    collated_sizes,
    gradients_of_steps,
    graphs_alive,
    history_at_rest,
    loaded,
    no_epoch,
    work_of_fit,
)
from test_correctness import draw_batches, draw_network, draw_weights, measured, rows_of
from torch.nn import functional as F

from autograder.suite import (
    assert_budget,
    assert_close,
    assert_same,
    check,
    draw_labels,
    draw_normal,
    require,
)

_STEPS = "each_batch_makes_one_step"
_EPOCHS = "every_epoch_trains_and_then_validates"
_HISTORY = "each_epoch_has_a_record"
_ONCE = "model_is_called_once_for_each_batch"
_OWN = "loaders_hold_their_own_rows"


def gradient(weights, x, y):
    weights = weights.clone().requires_grad_()
    return torch.autograd.grad(F.cross_entropy(x @ weights, y), weights)[0]


def draw_dataset(rng, n):
    x = draw_normal(rng, n, 4, dtype=torch.float64)
    x[:, 0] = torch.arange(n)
    return [x, draw_labels(rng, n, 3)]


def draw_datasets(rng, train=17, valid=11):
    return {"train": draw_dataset(rng, train), "valid": draw_dataset(rng, valid)}


def sizes(batches):
    return [len(batch[0]) for batch in batches]


def order_of(batches):
    return [int(i) for batch in batches for i in batch[0][:, 0]]


@check(points=3, hint="Write down the three calls that follow each loss, in their order.")
def test_each_batch_makes_one_step(submission, rng):
    """Every training batch makes one step, with the gradient of this batch alone."""
    weights, train = draw_weights(rng), draw_batches(rng, 5, 5, 2)
    case = {"weights": weights, "train": train, "valid": draw_batches(rng, 4), "epochs": 2}

    actual = submission.run(gradients_of_steps, **case)["gradients"]

    require(len(actual) == 6, f"2 epochs of 3 batches: expected 6 steps, got {len(actual)}")
    for k, got in enumerate(actual):
        what = f"the gradient at step {k + 1} of 6"
        require(got is not None, f"{what}: there was none")
        assert_close(got, gradient(weights, *train[k % 3]), what=what)


@check(
    points=2, requires=(_STEPS, _ONCE), hint="Which batches does the model see, and in which order?"
)
def test_every_epoch_trains_and_then_validates(submission, rng):
    """In every epoch the model sees each training batch once, and then each validation batch."""
    train, valid = draw_batches(rng, 6, 6, 4), draw_batches(rng, 3, 5)
    case = {"weights": draw_network(rng), "train": [train], "valid": valid, "epochs": 3}

    calls = submission.run(calls_of_fit, **case)

    names = [f"training batch {k}" for k in range(3)] + [f"validation batch {k}" for k in range(2)]
    expected = rows_of([*train, *valid]) * 3
    for k, call in enumerate(calls):
        want = expected[k] if k < len(expected) else None
        name = f"{names[k % 5]} in epoch {k // 5 + 1}" if want else "nothing more"
        got = call["rows"]
        require(got == want, f"call {k + 1} of the model: expected {name}, got the rows {got}")
    require(len(calls) == 15, f"3 epochs of 3 and 2 batches: expected 15 calls, got {len(calls)}")


@check(
    requires=(_EPOCHS, "model_runs_in_evaluation_mode"),
    hint="Who set the model's mode last, and to what?",
)
def test_model_trains_in_training_mode(submission, rng):
    """In every epoch the model is in training mode for training, and not for validation."""
    train, valid = draw_batches(rng, 6, 6, 4), draw_batches(rng, 3, 5)
    case = {"weights": draw_network(rng), "train": [train], "valid": valid, "epochs": 3}

    calls = submission.run(calls_of_fit, **case)

    modes = [call["training"] for call in calls]
    for epoch in range(3):
        of_training, of_valid = (
            modes[5 * epoch : 5 * epoch + 3],
            modes[5 * epoch + 3 : 5 * epoch + 5],
        )
        where = f"in epoch {epoch + 1}"
        require(all(of_training), f"{where} the model was not in training mode for training")
        require(not any(of_valid), f"{where} the model was in training mode for validation")


@check(requires=_EPOCHS, hint="When is a loader asked for its batches, and how often?")
def test_loaders_are_asked_in_every_epoch(submission, rng):
    """Each epoch loops over the training loader anew, which may shuffle."""
    train = [draw_batches(rng, 6, 6), draw_batches(rng, 5, 5), draw_batches(rng, 4, 4)]
    case = {"weights": draw_network(rng), "train": train, "valid": draw_batches(rng, 2)}

    calls = submission.run(calls_of_fit, **case, epochs=3)

    seen = [call["rows"] for call in calls]
    for epoch, batches in enumerate(train):
        got = seen[3 * epoch : 3 * epoch + 2]
        what = f"the training rows of epoch {epoch + 1}"
        assert_same(got, rows_of(batches), what=what)


@check(requires=_STEPS, hint="How many records are there after three epochs?")
def test_each_epoch_has_a_record(submission, rng):
    """fit returns one dict for each epoch, with the three numbers that the docstring names."""
    case = {"weights": draw_weights(rng), "train": draw_batches(rng, 5, 5)}

    seen = submission.run(history_at_rest, **case, valid=draw_batches(rng, 4, 4), epochs=3)

    records = seen["records"]
    require(len(records) == 3, f"3 epochs: expected 3 records, got {len(records)}")
    for record in records:
        require(
            sorted(record) == ["accuracy", "train_loss", "valid_loss"],
            f"a record has the keys {sorted(record)}; "
            "expected 'train_loss', 'valid_loss' and 'accuracy'",
        )


@check(requires=_HISTORY, hint="What holds on to a graph, or waits for a GPU, later on?")
def test_records_hold_numbers(submission, rng):
    """The values of a record are Python floats."""
    case = {"weights": draw_weights(rng), "train": draw_batches(rng, 5, 5)}

    seen = submission.run(history_at_rest, **case, valid=draw_batches(rng, 4, 4), epochs=2)

    kinds = seen["kinds"]
    require(kinds == ["float"], f"the values of a record are of type {', '.join(kinds)}, not float")


@check(points=2, requires=_HISTORY, hint="Is the last batch worth as much as the others?")
def test_train_loss_is_a_mean_over_rows(submission, rng):
    """`train_loss` is the mean of the losses of all training rows, however they were batched."""
    weights, train = draw_weights(rng), draw_batches(rng, 8, 8, 2)
    case = {"weights": weights, "train": train, "valid": draw_batches(rng, 5)}

    seen = submission.run(history_at_rest, **case, epochs=2)

    expected = measured(weights, train)[0]
    for record in seen["records"]:
        what = "the train_loss over batches of 8, 8 and 2 rows"
        assert_close(record["train_loss"], expected, rtol=1e-5, what=what)


@check(requires=(_HISTORY, "every_row_counts_the_same"), hint="Which loader measures what?")
def test_validation_is_measured_on_its_own_rows(submission, rng):
    """`valid_loss` and `accuracy` are what evaluate says about the validation loader."""
    weights, valid = draw_weights(rng), draw_batches(rng, 7, 2)
    case = {"weights": weights, "train": draw_batches(rng, 5, 5), "valid": valid}

    seen = submission.run(history_at_rest, **case, epochs=2)

    loss, accuracy = measured(weights, valid)
    for record in seen["records"]:
        assert_close(record["valid_loss"], loss, rtol=1e-5, what="the valid_loss")
        assert_close(record["accuracy"], accuracy, rtol=1e-5, what="the accuracy")


@check(requires=_STEPS, hint="Which of your variables still leads to the graph of an old loss?")
def test_no_graph_outlives_the_next_batch(submission, rng):
    """While an epoch runs, the graphs of earlier batches are freed."""
    case = {"weights": draw_weights(rng), "train": draw_batches(rng, *[4] * 10)}

    alive = submission.run(graphs_alive, **case, valid=draw_batches(rng, 4))

    require(len(alive) >= 10, f"10 batches: loss_func was called {len(alive)} times")
    most = max(alive)
    # The loss of the batch before may still be in a variable.
    require(most <= 2, f"at one batch of 10, the graphs of {most} earlier losses were still alive")


@check(requires=_STEPS, hint="Go through your code by hand with epochs=0.")
def test_no_epoch_changes_nothing(submission, rng):
    """With epochs=0 the history is an empty list, and the model is as it was."""
    weights = draw_weights(rng)
    case = {"weights": weights, "train": draw_batches(rng, 5), "valid": draw_batches(rng, 4)}

    actual = submission.run(no_epoch, **case)

    assert_same(actual["history"], [], what="the history of no epoch")
    assert_same(actual["weights"], weights, what="the weights after no epoch")


@check(requires=_STEPS, hint="What does a step need beyond one forward and one backward?")
def test_fit_does_little_work(submission, torch_impl, rng):
    """An epoch takes about as many operations and written elements as a plain loop."""
    case = {"weights": draw_weights(rng), "train": draw_batches(rng, *[8] * 10)}
    case["valid"] = draw_batches(rng, 8)

    work, plain = submission.run(work_of_fit, **case), torch_impl.run(work_of_fit, **case)

    for cost, words in (
        ("calls", "ran {} times as many tensor operations"),
        ("elements", "wrote {} times as many elements"),
    ):
        told = f"one epoch {words} as a plain loop"
        assert_budget(work[cost], at_most=2, count=plain[cost], told=told)


@check(hint="Which rows may a model never learn from?")
def test_loaders_hold_their_own_rows(submission, rng):
    """The training loader gives every training row, the validation loader every other one."""
    case = draw_datasets(rng)

    actual = submission.run(loaded, **case, bs=4, epochs=1)

    require(len(actual) == 2, f"get_dls returned {len(actual)} loaders; expected 2")
    for (epoch,), name in zip(actual, ("train", "valid"), strict=True):
        x, y = case[name]
        pairs = all(len(b) == 2 and all(isinstance(t, torch.Tensor) for t in b) for b in epoch)
        require(epoch and pairs, f"the {name} loader gave no pairs of tensors")
        order = order_of(epoch)
        require(
            sorted(order) == list(range(len(x))),
            f"the {name} loader gave {len(order)} rows; expected each of {len(x)} once",
        )
        got = [torch.cat(column) for column in zip(*epoch, strict=True)]
        assert_same(got, [x[order], y[order]], what=f"the rows of the {name} loader")


@check(requires=_OWN, hint="Without gradients there is room for more rows.")
def test_validation_batches_are_twice_as_large(submission, rng):
    """Training batches have bs rows, validation batches twice as many."""
    (train,), (valid,) = submission.run(loaded, **draw_datasets(rng), bs=4, epochs=1)

    got = sizes(train), sizes(valid)
    require(got[0] == [4, 4, 4, 4, 1], f"17 training rows, bs=4: got batches of {got[0]}")
    require(got[1] == [8, 3], f"11 validation rows, bs=4: got batches of {got[1]}, not [8, 3]")


@check(requires=_OWN, hint="What should a model not be able to count on in the next epoch?")
def test_training_is_shuffled_anew(submission, rng):
    """The training loader gives its rows in another order in each epoch."""
    train, _ = submission.run(loaded, **draw_datasets(rng, train=40), bs=4, epochs=3)

    orders = [order_of(epoch) for epoch in train]
    require(sorted(orders[0]) not in orders, "the training rows came in their sorted order")
    require(
        len({tuple(order) for order in orders}) == 3, "two epochs of training had the same order"
    )


@check(requires=_OWN, hint="Does the order matter to somebody who only looks?")
def test_validation_is_in_order(submission, rng):
    """The validation loader gives its rows in order, in each epoch."""
    _, valid = submission.run(loaded, **draw_datasets(rng, valid=20), bs=4, epochs=2)

    for epoch in valid:
        order = order_of(epoch)
        require(order == list(range(20)), f"the validation rows came in the order {order}")


@check(requires=_OWN, hint="What happens to an argument that your function does not know?")
def test_other_arguments_reach_both_loaders(submission, rng):
    """What get_dls is given beyond its own arguments goes to both loaders, such as collate_fn."""
    train, valid = submission.run(collated_sizes, **draw_datasets(rng), bs=4)

    for got, count, name in ((train, 17, "training"), (valid, 11, "validation")):
        made = all(type(n) is int for n in got) and -sum(got) == count
        require(made, f"the {name} loader did not use the collate_fn that get_dls was given")


@check(requires=_OWN, hint="Which of the two loaders may leave out rows?")
def test_drop_last_is_for_training_only(submission, rng):
    """With drop_last=True training leaves out a short batch, and validation leaves out nothing."""
    case = {**draw_datasets(rng), "bs": 4, "epochs": 1}

    (train,), (valid,) = submission.run(loaded, **case, drop_last=True)

    rows = len(order_of(train)), len(order_of(valid))
    require(rows[0] == 16, f"17 training rows, bs=4, drop_last=True: got {rows[0]} rows, not 16")
    require(rows[1] == 11, f"11 validation rows, bs=4, drop_last=True: got {rows[1]} rows, not 11")
