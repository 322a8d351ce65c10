"""Where a loop around `torch.optim.SGD` lands, `fit` lands."""

import torch
from probes import trained, trained_with_a_tied_weight, trained_with_layers_of_torch

from autograder.suite import assert_close, check, draw_labels, draw_normal

_NEEDED = (
    "every_parameter_moves",
    "every_epoch_makes_its_steps",
    "short_last_batch_is_used",
)


def draw(rng, *shapes, dtype=torch.float64):
    return [draw_normal(rng, *shape, dtype=dtype) for shape in shapes]


@check(
    points=3,
    requires=_NEEDED,
    hint="Count how often each parameter is updated in one batch.",
)
def test_training_of_a_classifier_matches_torch(submission, torch_impl, rng):
    """Fifty steps of training a classifier end where torch's loop ends."""
    x, table, bias, spare = draw(rng, (23, 6), (6, 6), (6,), (3,))
    case = {
        "data": [x, draw_labels(rng, 23, 6)],
        "weights": [0.5 * table, bias, spare],
        "epochs": 10,
        "lr": 0.1,
        "bs": 5,
    }

    actual = submission.run(trained_with_a_tied_weight, **case)

    expected = torch_impl.run(trained_with_a_tied_weight, **case)
    what = "[tied weight, bias, unused] parameters"
    assert_close(actual["parameters"], expected["parameters"], atol=1e-10, what=what)


@check(
    points=2,
    requires=_NEEDED,
    hint="How often, and in which mode, may a model with batch norm be called?",
)
def test_batch_norm_and_dropout_match_torch(submission, torch_impl, rng):
    """A network with batch norm and dropout ends with the weights and statistics of torch's loop."""
    x, first, second = draw(rng, (24, 6), (8, 6), (3, 8))
    case = {
        "data": [x, draw_labels(rng, 24, 3)],
        "weights": [0.5 * first, 0.5 * second],
        "epochs": 4,
        "lr": 0.1,
        "bs": 8,
    }

    actual = submission.run(trained_with_layers_of_torch, **case)

    expected = torch_impl.run(trained_with_layers_of_torch, **case)
    assert_close(actual, expected, atol=1e-10, what="state")


@check(points=2, requires=_NEEDED, hint="Which part of your loop depends on the kind of loss?")
def test_regression_matches_torch(submission, torch_impl, rng):
    """Fifty steps of a regression end where torch's loop ends."""
    x, y, a, b, c = draw(rng, (19, 5), (19, 1), (5, 4), (4,), (4, 1))
    case = {"data": [x, y], "weights": [0.5 * a, b, 0.5 * c], "loss": "mse"}
    case |= {"epochs": 10, "lr": 0.05, "bs": 4}

    actual = submission.run(trained, **case)["parameters"]

    expected = torch_impl.run(trained, **case)["parameters"]
    assert_close(actual, expected, atol=1e-10, what="parameters")


@check(requires=_NEEDED, hint="The update should not care how many bits a number has.")
def test_single_precision_matches_torch(submission, torch_impl, rng):
    """Twenty steps in float32 stay in float32, near those of torch's loop."""
    x, y, a, b, c = draw(rng, (16, 5), (16, 2), (5, 4), (4,), (4, 2), dtype=torch.float32)
    case = {"data": [x, y], "weights": [0.5 * a, b, 0.5 * c], "loss": "mse"}
    case |= {"epochs": 5, "lr": 0.05, "bs": 4}

    actual = submission.run(trained, **case)["parameters"]

    expected = torch_impl.run(trained, **case)["parameters"]
    assert_close(actual, expected, rtol=1e-4, atol=1e-5, what="parameters")
