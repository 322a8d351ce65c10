"""Where torch's own losses land, the submission lands."""

import torch
from probes import (
    cross_entropy_of,
    gradient_of_cross_entropy,
    log_softmax_of,
    logsumexp_of,
    nll_of,
    train,
)

from autograder.suite import assert_close, check, draw_labels, draw_normal

DTYPES = (torch.float64, torch.float32, torch.bfloat16, torch.float16)


def name_of(dtype):
    return str(dtype).removeprefix("torch.")


def near(dtype):
    """Return tolerances for numbers that were rounded a few times on their way."""
    # Right spellings come to 2 units of precision for scores around one, and to 5 around three.
    units = 16 if torch.finfo(dtype).bits == 16 else 100
    return dict.fromkeys(("rtol", "atol"), units * torch.finfo(dtype).eps)


@check(
    points=2,
    requires=("logsumexp_matches", "log_softmax_matches"),
    hint="Does the result have the dtype of what went in?",
)
def test_every_dtype_matches_torch(submission, torch_impl, rng):
    """Log-sum-exp and log-softmax keep the dtype and land where torch lands."""
    for dtype in DTYPES:
        cases = [{"x": draw_normal(rng, 3, 5, dtype=dtype), "dim": dim} for dim in (0, 1)]
        for probe in (logsumexp_of, log_softmax_of):
            actual = submission.run(probe, cases=cases)
            what = f"{probe.__name__.removesuffix('_of')} in {name_of(dtype)}"
            expected = torch_impl.run(probe, cases=cases)
            assert_close(actual, expected, what=what, **near(dtype))


@check(
    points=2,
    requires="cross_entropy_matches",
    hint="Take one row with the largest score at its label, and one with the smallest.",
)
def test_cross_entropy_matches_torch(submission, torch_impl, rng):
    """Loss and gradient of scores from tiny to huge are those of `F.cross_entropy`."""
    for scale in (1e-3, 1.0, 30.0, 1e4):
        case = {"logits": scale * draw_normal(rng, 8, 5), "y": draw_labels(rng, 8, 5)}

        actual = submission.run(gradient_of_cross_entropy, **case)

        expected = torch_impl.run(gradient_of_cross_entropy, **case)
        scores = f"of scores around {scale:g}"
        assert_close(actual["loss"], expected["loss"], what=f"the loss {scores}")
        assert_close(actual["gradient"], expected["gradient"], what=f"the gradient {scores}")


@check(
    points=2,
    requires="cross_entropy_matches",
    hint="Every step of the way from scores to loss should keep the dtype.",
)
def test_losses_of_every_dtype_match_torch(submission, torch_impl, rng):
    """The losses of float64, float32, bfloat16 and float16 are those of torch."""
    for dtype in DTYPES:
        logits, y = draw_normal(rng, 6, 5, dtype=dtype), draw_labels(rng, 6, 5)
        for probe in (nll_of, cross_entropy_of):
            actual = submission.run(probe, cases=[(logits, y)])
            expected = torch_impl.run(probe, cases=[(logits, y)])
            what = f"{probe.__name__.removesuffix('_of')} in {name_of(dtype)}"
            assert_close(actual, expected, what=what, **near(dtype))


@check(
    points=3,
    requires="cross_entropy_matches",
    hint="Loss and gradient decide every step; look at the first one that the message names.",
)
def test_training_matches_torch(submission, torch_impl, rng):
    """Fifty steps of training a linear classifier end where `F.cross_entropy` ends."""
    x, weight = (draw_normal(rng, *shape, dtype=torch.float64) for shape in ((30, 6), (6, 4)))
    case = {"x": x, "y": draw_labels(rng, 30, 4), "weight": weight, "lr": 0.5, "steps": 50}

    actual = submission.run(train, **case)

    expected = torch_impl.run(train, **case)
    assert_close(actual, expected, atol=1e-10, what="in training, results")
