"""What `evaluate` measures, and what it leaves as it was."""

import torch
from probes import (
    calls_of_evaluate,
    error_without_batches,
    kinds_of_scores,
    model_afterwards,
    scores,
    scores_from,
    scores_with_another_loss,
    scores_without_parameters,
    surroundings,
    surroundings_after_an_error,
    work_of_evaluate,
)
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

_SCORES = "loss_and_accuracy_are_measured"
_ROWS = "every_row_counts_the_same"


def draw_batches(rng, *sizes, classes=3):
    """Return a batch for each of *sizes*; rows are numbered in their first column."""
    x = draw_normal(rng, sum(sizes), 4, dtype=torch.float64)
    x[:, 0] = torch.arange(len(x))
    y = draw_labels(rng, len(x), classes)
    return list(zip(x.split(sizes), y.split(sizes), strict=True))


def draw_weights(rng):
    """Return weights of a linear model; the numbers of the rows count little."""
    return draw_normal(rng, 4, 3, dtype=torch.float64) * torch.tensor([[0.01], [1], [1], [1]])


def draw_network(rng):
    return [
        draw_normal(rng, 4, 5, dtype=torch.float64),
        draw_normal(rng, 5, 3, dtype=torch.float64),
    ]


def measured(weights, batches):
    """Return loss and accuracy as they should be."""
    x, y = (torch.cat(column) for column in zip(*batches, strict=True))
    predictions = x @ weights
    right = (predictions.argmax(1) == y).to(torch.float64).mean()
    return [F.cross_entropy(predictions, y).item(), right.item()]


def rows_of(batches):
    return [x[:, 0].tolist() for x, _ in batches]


def compare(actual, expected, what):
    for got, want, name in zip(actual, expected, ("loss", "accuracy"), strict=True):
        assert_close(got, want, rtol=1e-5, what=f"the {name} over {what}")


@check(points=3, hint="Compute loss and accuracy of one small batch by hand.")
def test_loss_and_accuracy_are_measured(submission, rng):
    """evaluate returns the mean loss and the accuracy, in this order."""
    weights, batches = draw_weights(rng), draw_batches(rng, 6, 6, 6)

    actual = submission.run(scores, weights=weights, batches=batches)

    compare(actual, measured(weights, batches), "three batches of 6 rows")


@check(points=2, requires=_SCORES, hint="What is the mean of three means worth?")
def test_every_row_counts_the_same(submission, rng):
    """Where batches have unequal sizes, each row still counts as much as any other."""
    weights = draw_weights(rng)
    for sizes in ((8, 8, 2), (1, 9), (5,)):
        batches = draw_batches(rng, *sizes)
        actual = submission.run(scores, weights=weights, batches=batches)
        compare(actual, measured(weights, batches), f"batches of {sizes} rows")


@check(requires=_SCORES, hint="What holds on to a graph, or waits for a GPU, later on?")
def test_results_are_numbers(submission, rng):
    """Loss and accuracy come as a tuple of two Python floats."""
    case = {"weights": draw_weights(rng), "batches": draw_batches(rng, 5, 5)}

    result, loss, accuracy = submission.run(kinds_of_scores, **case)

    require(result == "tuple", f"evaluate returned a {result}; expected a tuple")
    require(loss == "float", f"the loss is of type {loss}; expected float")
    require(accuracy == "float", f"the accuracy is of type {accuracy}; expected float")


@check(requires=_SCORES, hint="Which function did evaluate get to measure the loss with?")
def test_any_loss_function_will_do(submission, rng):
    """The loss is whatever loss_func makes of predictions and labels, in this order."""
    weights, batches = draw_weights(rng), draw_batches(rng, 6, 6)

    loss, _ = submission.run(scores_with_another_loss, weights=weights, batches=batches)

    x, y = (torch.cat(column) for column in zip(*batches, strict=True))
    expected = (((x @ weights)[:, 0] - y) ** 2).mean().item()
    assert_close(loss, expected, rtol=1e-5, what="the loss where it is a squared error")


@check(requires=_SCORES, hint="What does your code ask of `dl` beyond a loop over it?")
def test_any_iterable_of_batches_will_do(submission, rng):
    """Batches may come from a generator or a plain list, and be lists instead of tuples."""
    weights, batches = draw_weights(rng), draw_batches(rng, 4, 4)
    for kind in ("a list", "a generator", "a loader whose batches are lists"):
        actual = submission.run(scores_from, weights=weights, batches=batches, kind=kind)
        compare(actual, measured(weights, batches), kind)


@check(requires=_SCORES, hint="What does your code ask of the model besides its scores?")
def test_any_model_will_do(submission, rng):
    """A model may have nothing to learn: no parameters, and no buffers."""
    batches = [(x / 10, y) for x, y in draw_batches(rng, 5, 5)]

    actual = submission.run(scores_without_parameters, batches=batches)

    compare(actual, measured(torch.eye(4, dtype=torch.float64), batches), "a model that is a rule")


@check(requires=_SCORES, hint="Dropout and batch normalisation ask the model for its mode.")
def test_model_runs_in_evaluation_mode(submission, rng):
    """While evaluate runs, the model is in evaluation mode."""
    calls = submission.run(
        calls_of_evaluate, weights=draw_network(rng), batches=draw_batches(rng, 5, 5)
    )

    require(calls, "the model was never called as `model(xb)`")
    require(not any(c["training"] for c in calls), "the model was called in training mode")


@check(requires=_SCORES, hint="Evaluation mode and recording are two things.")
def test_nothing_is_recorded(submission, rng):
    """While evaluate runs, autograd records nothing."""
    calls = submission.run(
        calls_of_evaluate, weights=draw_network(rng), batches=draw_batches(rng, 5, 5)
    )

    require(calls, "the model was never called as `model(xb)`")
    for call in calls:
        require(not call["recording"], "the model was called while gradients were being recorded")
        require(not call["has a graph"], "the model's output has a graph behind it")


@check(requires=_SCORES, hint="How often must a model see a row to give scores for it?")
def test_model_is_called_once_for_each_batch(submission, rng):
    """The model sees each batch once, whole, by a call of the model itself."""
    batches = draw_batches(rng, 5, 5, 3)

    calls = submission.run(calls_of_evaluate, weights=draw_network(rng), batches=batches)

    require(
        len(calls) == 3,
        f"3 batches: `model(xb)` was called {len(calls)} times; expected 3",
    )
    assert_same([c["rows"] for c in calls], rows_of(batches), what="the rows of each call")


@check(requires=_SCORES, hint="Which mode had the model before, and who needs it again?")
def test_mode_and_recording_are_as_before(submission, rng):
    """After evaluate, the model's mode and the recording of gradients are what they were."""
    case = {"weights": draw_network(rng), "batches": draw_batches(rng, 5, 5)}

    for seen in submission.run(surroundings, **case):
        training, recording = seen["before"]
        got = f"evaluate began with training={training} and ended with {seen['training']}"
        require(seen["training"] == training, got)
        got = f"evaluate began with recording={recording} and ended with {seen['recording']}"
        require(seen["recording"] == recording, got)


@check(
    requires="mode_and_recording_are_as_before",
    hint="Which statement runs its last block in any case?",
)
def test_mode_is_as_before_after_an_error(submission, rng):
    """Where an exception ends evaluate, it goes on to the caller, and the mode is as before."""
    case = {"weights": draw_network(rng), "batches": draw_batches(rng, 5, 5)}

    for seen in submission.run(surroundings_after_an_error, **case):
        got = seen["error"] or "no exception"
        require(seen["error"] == "OverflowError", f"the loss raised OverflowError; got {got}")
        require(seen["training"], "after an exception the model was left in another mode")
        require(seen["recording"], "after an exception gradients were no longer recorded")


@check(requires=_SCORES, hint="Measuring is looking. What could a look change?")
def test_model_stays_as_it_is(submission, rng):
    """Parameters, buffers, gradients and requires_grad are the same before and after evaluate."""
    before, after = submission.run(
        model_afterwards, weights=draw_network(rng), batches=draw_batches(rng, 5, 5)
    )

    for part in ("state", "gradients", "requires_grad"):
        assert_same(after[part], before[part], what=f"after evaluate, the {part} of the model")


@check(requires=_SCORES, hint="What is the mean of no numbers?")
def test_no_batch_is_an_error(submission, rng):
    """A loader without batches raises a ValueError."""
    error = submission.run(error_without_batches, weights=draw_weights(rng))

    got = error or "an answer and no error"
    require(error == "ValueError", f"a loader without batches: expected ValueError, got {got}")


@check(requires=_ROWS, hint="Which operation treats all rows of a batch at once?")
def test_evaluate_does_little_work(submission, torch_impl, rng):
    """evaluate takes about as many operations as a plain loop, and reads a few values a batch."""
    case = {"weights": draw_weights(rng), "batches": draw_batches(rng, *[16] * 6)}

    work, plain = submission.run(work_of_evaluate, **case), torch_impl.run(work_of_evaluate, **case)

    assert_budget(
        work["calls"],
        at_most=3,
        count=plain["calls"],
        told="evaluate ran {} times as many tensor operations as a plain loop",
    )
    assert_budget(
        work["syncs"],
        at_most=4,
        count=6,
        told="evaluate read {} values out of tensors for each batch of 16 rows",
    )
