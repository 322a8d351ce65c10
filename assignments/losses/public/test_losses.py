"""What you may run as often as you like, with `grade check losses`."""

import torch
from probes import accuracy_of, cross_entropy_of, log_softmax_of, logsumexp_of, nll_of

from autograder.suite import assert_close, check, draw_labels, draw_normal


def draw(rng, *shape):
    return draw_normal(rng, *shape, dtype=torch.float64)


@check(hint="Exponentials of all numbers of a row, their sum, and the logarithm of it.")
def test_logsumexp_matches(submission, rng):
    """The log-sum-exp of a row is log(sum(exp(row)))."""
    x = draw(rng, 3, 5)

    actual = submission.run(logsumexp_of, x=x)

    assert_close(actual, x.exp().sum(-1).log(), what="logsumexp(x)")


@check(requires="logsumexp_matches", hint="`exp(1000)` is infinite. Which `exp` can be computed?")
def test_large_numbers_stay_finite(submission, rng):
    """Adding 1000 to all of a row adds 1000 to the log-sum-exp."""
    x = draw(rng, 3, 5)

    actual = submission.run(logsumexp_of, x=x + 1000)

    assert_close(actual, x.exp().sum(-1).log() + 1000, what="logsumexp(x + 1000)")


@check(hint="Which probabilities does softmax give to equal numbers?")
def test_log_softmax_matches(submission, rng):
    """The exponentials of the log-softmax of a row are positive shares that sum to one."""
    x = draw(rng, 3, 5)

    actual = submission.run(log_softmax_of, x=x)

    expected = (x.exp() / x.exp().sum(-1, keepdim=True)).log()
    assert_close(actual, expected, what="log_softmax(x)")


@check(hint="Each row has one label, and each label picks one number of its own row.")
def test_nll_is_the_mean_over_rows(submission, rng):
    """The loss of three rows is the mean of minus the entries at their labels."""
    logp, y = draw(rng, 3, 5), draw_labels(rng, 3, 5)

    actual = submission.run(nll_of, logp=logp, y=y)

    expected = -sum(logp[i, int(y[i])] for i in range(3)) / 3
    assert_close(actual, expected, what="nll(logp, y)")


@check(hint="Raw scores first become log-probabilities.")
def test_cross_entropy_matches(submission, rng):
    """Cross entropy has the value and the gradient of the formula."""
    logits, y = draw(rng, 4, 3), draw_labels(rng, 4, 3)

    seen = submission.run(cross_entropy_of, logits=logits, y=y)

    shares = logits.exp() / logits.exp().sum(1, keepdim=True)
    rows = torch.arange(4)
    assert_close(seen["loss"], -shares[rows, y].log().mean(), what="cross_entropy(logits, y)")
    shares[rows, y] -= 1
    assert_close(seen["gradient"], shares / 4, what="the gradient of cross_entropy")


@check(
    requires="cross_entropy_matches",
    hint="A model that is sure and wrong pays for it, to the full amount.",
)
def test_large_scores_give_a_finite_loss(submission):
    """Scores of 10000 and 0 with the second class as label cost 10000."""
    logits = torch.tensor([[1e4, 0.0]], dtype=torch.float64)

    seen = submission.run(cross_entropy_of, logits=logits, y=torch.tensor([1]))

    expected = torch.tensor(1e4, dtype=torch.float64)
    assert_close(seen["loss"], expected, what="cross_entropy([[10000, 0]], [1])")


@check(hint="Which class does a row of scores speak for?")
def test_accuracy_is_the_share_of_right_rows(submission, rng):
    """Accuracy counts the rows whose largest score stands at the label."""
    out = draw(rng, 4, 3)
    y = out.argmax(1)
    y[0] = (y[0] + 1) % 3

    actual = submission.run(accuracy_of, out=out, y=y)

    assert_close(actual, 0.75, what="the accuracy of four rows, three of them right")
