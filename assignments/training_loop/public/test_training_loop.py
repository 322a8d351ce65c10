"""What you may run as often as you like, with `grade check training_loop`."""

import torch
from probes import accuracy_afterwards, kinds_of_losses, printed_by_report, trained

from autograder.suite import assert_close, assert_same, check, draw_normal, require

LR = 0.1


def draw_case(rng, n, bs, epochs=1):
    """Return a regression from four numbers to two."""
    x, y, weight, bias = (
        draw_normal(rng, *shape, dtype=torch.float64) for shape in ((n, 4), (n, 2), (4, 2), (2,))
    )
    case = {"weight": weight, "bias": bias, "data": [x, y]}
    return {**case, "epochs": epochs, "lr": LR, "bs": bs}


def by_hand(case):
    """Return weight, bias and losses of a run on *case*, by the formula for its gradient."""
    w, b, (x, y), bs = case["weight"], case["bias"], case["data"], case["bs"]
    losses = []
    for _ in range(case["epochs"]):
        for i in range(0, len(x), bs):
            xb = x[i : i + bs]
            error = xb @ w + b - y[i : i + bs]
            losses.append(error.square().mean().item())
            w = w - LR * 2 * xb.T @ error / error.numel()
            b = b - LR * 2 * error.sum(0) / error.numel()
    return {"weight": w, "bias": b, "losses": losses}


def require_trained(seen, case, what):
    expected = by_hand(case)
    for name in ("weight", "bias"):
        assert_close(seen[name], expected[name], what=f"{what}, the {name}")


@check(hint="Which steps turn a batch into a gradient, and a gradient into an update?")
def test_one_batch_is_one_step(submission, rng):
    """One epoch with all rows in one batch changes a parameter p to p - lr * p.grad."""
    case = draw_case(rng, n=6, bs=6)

    seen = submission.run(trained, **case)

    require(
        not torch.equal(seen["weight"], case["weight"]),
        "after an epoch with one batch, the weight is exactly as it was.",
    )
    require_trained(seen, case, "after an epoch with one batch")


@check(requires="one_batch_is_one_step", hint="Print a gradient right before each update.")
def test_every_batch_makes_a_step(submission, rng):
    """Three batches in each of two epochs make six steps."""
    case = draw_case(rng, n=12, bs=4, epochs=2)

    seen = submission.run(trained, **case)

    require_trained(seen, case, "12 rows, bs=4, after two epochs")


@check(requires="every_batch_makes_a_step", hint="A slice may reach beyond the end of the rows.")
def test_short_last_batch_is_used(submission, rng):
    """Every row is used once in an epoch, in order, also those of a short last batch."""
    case = draw_case(rng, n=10, bs=4)

    seen = submission.run(trained, **case)

    expected = list(case["data"][0].split(4))
    require(
        len(seen["inputs"]) == len(expected),
        f"10 rows, bs=4: expected 3 batches, got {len(seen['inputs'])}",
    )
    assert_same(seen["inputs"], expected, what="10 rows, bs=4, batch")
    require_trained(seen, case, "10 rows, bs=4, after one epoch")


@check(requires="every_batch_makes_a_step", hint="At which moment is a loss that of its batch?")
def test_losses_of_all_batches_are_returned(submission, rng):
    """`fit` returns a list with the loss of every batch, as Python floats."""
    case = draw_case(rng, n=12, bs=4, epochs=2)

    kinds = submission.run(kinds_of_losses, **case)
    losses = submission.run(trained, **case)["losses"]

    other = next((kind for kind in kinds if kind != "float"), None)
    require(other is None, f"an item of the list is a {other}; expected a float")
    require(len(losses) == 6, f"12 rows, bs=4, 2 epochs: expected 6 losses, got {len(losses)}")
    assert_close(losses, by_hand(case)["losses"], what="losses")


@check(requires="every_batch_makes_a_step", hint="Does the loss get smaller from epoch to epoch?")
def test_a_classifier_learns(submission, rng):
    """After fifty epochs a linear model tells three clouds of points apart."""
    y = torch.arange(60) % 3
    x = draw_normal(rng, 60, 2, dtype=torch.float64)
    x += 4 * torch.tensor([[1.0, 0.0], [-0.5, 0.9], [-0.5, -0.9]], dtype=torch.float64)[y]

    accuracy = submission.run(accuracy_afterwards, data=[x, y], epochs=50, lr=0.1, bs=16)

    require(accuracy > 0.9, f"after 50 epochs {accuracy:.0%} of the points are told apart.")


@check(hint="What does `.2f` mean after the colon in an f-string?")
def test_report_prints_loss_and_accuracy(submission):
    """`report` prints the loss and the accuracy in one line, with two decimals each."""
    preds = torch.tensor([[3.0, 1.0, 2.0], [0.0, 5.0, 1.0], [1.0, 2.0, 9.0], [7.0, 1.0, 2.0]])

    text = submission.run(printed_by_report, loss=0.274, preds=preds, yb=torch.tensor([0, 1, 2, 1]))

    require(text == "0.27, 0.75\n", f"expected the line '0.27, 0.75', got {text!r}")
