"""What `report` prints; no check here calls `fit`."""

import re

import torch
from probes import arguments_afterwards, reported

from autograder.suite import assert_same, check, draw_labels, draw_normal, require

_FIRST = "report_prints_loss_and_accuracy"
CLASSES = 5


def draw_report(rng, n, right, loss=None):
    """Return a loss, and predictions for *n* rows of which *right* are right.

    Neither number lies where rounding to two decimals could go either way.
    """
    yb = draw_labels(rng, n, CLASSES)
    preds = draw_normal(rng, n, CLASSES, dtype=torch.float64)
    predicted = torch.where(torch.arange(n) < right, yb, (yb + 1) % CLASSES)
    preds[torch.arange(n), predicted] = 4 + draw_normal(rng, n, dtype=torch.float64).abs()
    order = torch.from_numpy(rng.permutation(n))
    loss = float(rng.integers(1, 300)) / 100 + 0.002 if loss is None else loss
    return [loss, preds[order], yb[order]]


def line(loss, right, n):
    return f"{loss:.2f}, {right / n:.2f}"


def numbers_in(text):
    found = re.findall(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?|nan|inf", str(text))
    return [float(number) for number in found]


def require_numbers(text, loss, right, n, within=0.02):
    """Require that *text* holds both numbers; their form is for another check."""
    numbers = numbers_in(text)
    what = f"loss {loss:.3f}, {right} of {n} rows right"
    require(
        len(numbers) == 2, f"{what}: expected two numbers in what is printed, got {str(text)!r}"
    )
    for name, actual, expected in zip(
        ("loss", "accuracy"), numbers, (loss, right / n), strict=True
    ):
        require(
            abs(actual - expected) < within,
            f"{what}: expected the {name} to be printed as {expected:.2f}, got {text!r}",
        )


@check(points=2, hint="Which class does a row of scores stand for, and how many rows are right?")
def test_report_prints_loss_and_accuracy(submission, rng):
    """Every report prints its own loss and the fraction of its rows that are right."""
    sizes = ((7, 5), (5, 1))  # the second is square: rows and classes can be mixed up
    cases = [draw_report(rng, n, right) for n, right in sizes]

    texts = submission.run(reported, cases=cases, needs_grad=False)

    for (loss, *_), (n, right), text in zip(cases, sizes, texts, strict=True):
        require_numbers(text, loss, right, n)


@check(requires=_FIRST, hint="What does `.2f` mean after the colon in an f-string?")
def test_report_prints_one_line_with_two_decimals(submission, rng):
    """The line is the loss, a comma, a space and the accuracy, with two decimals each."""
    loss, preds, yb = draw_report(rng, 7, 5)

    (text,) = submission.run(reported, cases=[[loss, preds, yb]], needs_grad=False)

    expected = line(loss, 5, 7)
    require(text == expected + "\n", f"expected the line {expected!r}, got {text!r}")


@check(requires=_FIRST, hint="A fraction of a whole is one, where everything is right.")
def test_all_right_is_one_and_none_is_zero(submission, rng):
    """The accuracy is 1.00 where every row is right, and 0.00 where none is."""
    cases = [draw_report(rng, 6, right) for right in (6, 0)]

    texts = submission.run(reported, cases=cases, needs_grad=False)

    for (loss, *_), right, text in zip(cases, (6, 0), texts, strict=True):
        require_numbers(text, loss, right, 6, within=0.006)


@check(requires=_FIRST, hint="In a training loop a loss is a tensor, and so are predictions.")
def test_report_takes_tensors_with_a_history(submission, rng):
    """The loss may be a tensor with zero dimensions, and both may require a gradient."""
    loss, preds, yb = draw_report(rng, 7, 5)
    case = [torch.tensor(loss, dtype=torch.float64), preds, yb]

    (text,) = submission.run(reported, cases=[case], needs_grad=True)

    require_numbers(text, loss, 5, 7)


@check(requires=_FIRST, hint="After a report, a loop may still want to call `backward`.")
def test_report_changes_nothing(submission, rng):
    """`report` leaves loss, predictions and targets as they are, and returns None."""
    loss, preds, yb = draw_report(rng, 7, 5)

    seen = submission.run(arguments_afterwards, loss=loss, preds=preds, yb=yb)

    require_numbers(seen["text"], loss, 5, 7)
    for name, before in (("preds", preds), ("yb", yb)):
        assert_same(seen[name], before, what=f"{name} after report")
    assert_same(seen["returned"], None, what="what report returns")
