"""Run these with `grade check validation`, or with plain pytest."""

import torch
from probes import loaded, scores, trained
from torch.nn import functional as F

from autograder.suite import assert_close, check, draw_labels, draw_normal, require


def draw_batches(rng, *sizes):
    """Return a batch for each of *sizes*."""
    x, y = draw_normal(rng, sum(sizes), 4), draw_labels(rng, sum(sizes), 3)
    return list(zip(x.split(sizes), y.split(sizes), strict=True))


def rows_of(batches):
    """Return the rows of all *batches* in one list."""
    return [row for batch in batches for row in batch]


@check(hint="Add up losses of rows, not of batches.")
def test_every_row_counts_the_same(submission, rng):
    """Loss and accuracy are means over all rows, in batches of unequal size."""
    weights, batches = draw_normal(rng, 4, 3), draw_batches(rng, 8, 8, 2)

    actual = submission.run(scores, weights=weights, batches=batches)["numbers"]

    x, y = (torch.cat(column) for column in zip(*batches, strict=True))
    right = ((x @ weights).argmax(1) == y).double().mean().item()
    assert_close(actual[0], F.cross_entropy(x @ weights, y).item(), rtol=1e-4, what="the loss")
    assert_close(actual[1], right, rtol=1e-4, what="the accuracy")


@check(hint="Evaluation mode and recording are two things.")
def test_evaluation_only_looks(submission, rng):
    """The model runs in evaluation mode and without a graph, and is in its old mode afterwards."""
    case = {"weights": draw_normal(rng, 4, 3), "batches": draw_batches(rng, 4, 4)}

    seen = submission.run(scores, **case)

    require(len(seen["calls"]) == 2, f"2 batches: {len(seen['calls'])} calls of the model, not 2")
    for training, graph in seen["calls"]:
        require(not training, "the model was called in training mode")
        require(not graph, "the model's output has a graph behind it")
    require(seen["is training afterwards"], "after evaluate the model was not in training mode")


@check(hint="Which three calls follow each loss, and where do the old gradients go?")
def test_one_epoch_takes_one_step_for_each_batch(submission, rng):
    """After one epoch the weights are where plain gradient descent over the batches leads."""
    weights, train = draw_normal(rng, 4, 3), draw_batches(rng, 5, 5, 2)
    case = {"train": train, "valid": draw_batches(rng, 4), "lr": 0.1, "epochs": 1}

    actual = submission.run(trained, weights=weights, **case)["weights"]

    for x, y in train:
        w = weights.clone().requires_grad_()
        (gradient,) = torch.autograd.grad(F.cross_entropy(x @ w, y), w)
        weights = weights - 0.1 * gradient
    assert_close(actual, weights, rtol=1e-4, atol=1e-5, what="the weights after one epoch")


@check(hint="What does fit return after one epoch, and after three?")
def test_each_epoch_has_a_record(submission, rng):
    """fit returns one dict of three numbers for each epoch."""
    case = {"weights": draw_normal(rng, 4, 3), "train": draw_batches(rng, 5), "lr": 0.1}

    records = submission.run(trained, **case, valid=draw_batches(rng, 4), epochs=3)["records"]

    require(len(records) == 3, f"3 epochs: expected 3 records, got {len(records)}")
    for record in records:
        keys = sorted(record)
        require(keys == ["accuracy", "train_loss", "valid_loss"], f"a record has the keys {keys}")


@check(requires="each_epoch_has_a_record", hint="Who set the model's mode last?")
def test_each_epoch_trains_in_training_mode(submission, rng):
    """In every epoch the model trains in training mode and validates in evaluation mode."""
    case = {"weights": draw_normal(rng, 4, 3), "train": draw_batches(rng, 5, 5), "lr": 0.1}

    calls = submission.run(trained, **case, valid=draw_batches(rng, 4), epochs=2)["calls"]

    modes = [training for training, _ in calls]
    expected = [True, True, False] * 2
    require(modes == expected, f"training mode at each call: expected {expected}, got {modes}")


@check(hint="Which arguments of `DataLoader` are different for the two?")
def test_loaders_differ_as_they_should(submission):
    """Training is shuffled anew in batches of bs, validation is in order in batches of 2 * bs."""
    train, valid = submission.run(loaded, n=20, bs=4)

    first, second = map(rows_of, train)
    require(sorted(first) == list(range(20)), f"the training loader gave the rows {first}")
    require(first != second != sorted(first), "the training rows were not shuffled anew")
    for epoch in valid:
        rows = rows_of(epoch)
        require(rows == list(range(20, 40)), f"the validation loader gave the rows {rows}")
    got = [len(batch) for batch in train[0]], [len(batch) for batch in valid[0]]
    require(got == ([4] * 5, [8, 8, 4]), f"the batches have the sizes {got[0]} and {got[1]}")


@check(requires="loaders_differ_as_they_should", hint="Which loader may leave out rows?")
def test_drop_last_is_for_training_only(submission):
    """With drop_last=True the validation loader still gives all rows."""
    train, valid = submission.run(loaded, n=9, bs=4, drop_last=True)

    got = len(rows_of(train[0])), len(rows_of(valid[0]))
    require(got == (8, 9), f"9 rows each, bs=4: training gave {got[0]} rows, validation {got[1]}")
