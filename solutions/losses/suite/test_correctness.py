"""What `logsumexp` and `log_softmax` do with numbers of every size."""

import torch
from probes import (
    gradient_of_logsumexp,
    inputs_of_logsumexp,
    log_softmax_of,
    logsumexp_of,
)

from autograder.suite import assert_close, assert_same, check, draw_normal

INF = float("inf")


def draw(rng, *shape):
    return draw_normal(rng, *shape, dtype=torch.float64)


def rows(*values):
    return torch.tensor(values, dtype=torch.float64)


@check(points=2, hint="Exponentials of all numbers of a row, their sum, and the logarithm of it.")
def test_logsumexp_matches(submission, rng):
    """The log-sum-exp of a row is log(sum(exp(row)))."""
    x = draw(rng, 4, 7)

    (actual,) = submission.run(logsumexp_of, cases=[{"x": x}])

    assert_close(actual, x.exp().sum(-1).log(), what="logsumexp(x) of shape (4, 7)")


@check(requires="logsumexp_matches", hint="How many dimensions can `x` have, and which is summed?")
def test_logsumexp_sums_along_any_dimension(submission, rng):
    """The sum runs along the dimension that `dim` names, the last one by default."""
    x = draw(rng, 3, 3, 3)

    cases = [{"x": x, "dim": dim} for dim in (0, 1, 2, -2, -3)]
    actual = submission.run(logsumexp_of, cases=[*cases, {"x": x}, {"x": x[0, 0]}])

    for got, case in zip(actual, cases, strict=False):
        what = f"logsumexp(x, dim={case['dim']}) of shape (3, 3, 3)"
        assert_close(got, x.exp().sum(case["dim"]).log(), what=what)
    assert_close(actual[5], x.exp().sum(-1).log(), what="logsumexp(x) of shape (3, 3, 3)")
    assert_close(actual[6], x[0, 0].exp().sum().log(), what="logsumexp(x) of shape (3,)")


@check(requires="logsumexp_matches", hint="Compare the shapes with those of `x.sum`.")
def test_keepdim_keeps_the_dimension(submission, rng):
    """With keepdim the summed dimension stays, with length 1."""
    x = draw(rng, 2, 3, 4)
    cases = [{"x": x, "dim": dim, "keepdim": True} for dim in (0, 1, -1)]
    cases += [{"x": x[:, :1], "dim": 1}, {"x": x[:1, :, :1], "dim": 1}]

    actual = submission.run(logsumexp_of, cases=cases)

    for got, case in zip(actual, cases, strict=True):
        keep = case.get("keepdim", False)
        expected = case["x"].exp().sum(case["dim"], keepdim=keep).log()
        what = f"logsumexp(x, dim={case['dim']}, keepdim={keep}) of {tuple(case['x'].shape)}"
        assert_close(got, expected, what=what)


@check(
    points=2,
    requires="logsumexp_matches",
    hint="`exp(1000)` is infinite and `exp(-1000)` is zero. Which `exp` can be computed?",
)
def test_large_numbers_stay_finite(submission, rng):
    """Adding a large number to all of a row adds it to the log-sum-exp."""
    x = draw(rng, 3, 3)
    shifts = (1e4, -1e4, 1e6)

    actual = submission.run(logsumexp_of, cases=[{"x": x + c} for c in shifts])

    for got, c in zip(actual, shifts, strict=True):
        what = f"logsumexp of numbers around {c:g}"
        assert_close(got, x.exp().sum(-1).log() + c, rtol=1e-9, what=what)


@check(
    requires="large_numbers_stay_finite",
    hint="What is computed from the whole tensor that should be computed for each row?",
)
def test_every_row_has_its_own_scale(submission, rng):
    """A row of small numbers is exact beside a row of large ones."""
    x = draw(rng, 3, 4)
    x = x + rows(1000, 0, -1000)[:, None]

    (actual,) = submission.run(logsumexp_of, cases=[{"x": x}])

    what = "logsumexp of rows around 1000, 0 and -1000"
    assert_close(actual, torch.logsumexp(x, -1), what=what)


@check(
    requires="large_numbers_stay_finite",
    hint="What is `inf - inf`, and in which row does your code compute it?",
)
def test_infinite_numbers_have_a_sum(submission, rng):
    """A row of -inf gives -inf, a row with +inf gives +inf, and a single -inf adds nothing."""
    a, b = draw(rng, 2).tolist()
    x = rows([-INF, -INF, -INF], [a, INF, b], [INF, -INF, INF], [a, -INF, b], [a, float("nan"), b])

    (actual,) = submission.run(logsumexp_of, cases=[{"x": x}])

    two = rows(a, b).exp().sum().log().item()
    names = "of [-inf -inf -inf], [a inf b], [inf -inf inf], [a -inf b], [a nan b]"
    assert_close(actual, rows(-INF, INF, INF, two, float("nan")), what=f"logsumexp {names}")


@check(
    requires="logsumexp_matches",
    hint="Which of your operations does autograd not see?",
)
def test_gradient_of_logsumexp_is_softmax(submission, rng):
    """The gradient of the log-sum-exp of a row is the softmax of that row."""
    ties = rows([1, 1, 0], [2, 2, 2], [0, -1, 0])
    cases = {
        "a random row": draw(rng, 3, 3),
        "a row in which the largest number stands twice": ties,
        "a row around 10": 10 + draw(rng, 3, 3),
    }
    weight = draw(rng, 3)

    for name, x in cases.items():
        actual = submission.run(gradient_of_logsumexp, x=x, weight=weight)
        expected = weight[:, None] * torch.softmax(x, -1)
        assert_close(actual, expected, what=f"the gradient of logsumexp at {name}")


@check(points=2, hint="Which probabilities does softmax give to equal numbers?")
def test_log_softmax_matches(submission, rng):
    """The exponentials of the log-softmax of a row are positive shares that sum to one."""
    x = draw(rng, 4, 7)

    (actual,) = submission.run(log_softmax_of, cases=[{"x": x}])

    expected = (x.exp() / x.exp().sum(-1, keepdim=True)).log()
    assert_close(actual, expected, what="log_softmax(x) of shape (4, 7)")


@check(requires="log_softmax_matches", hint="A square tensor doesn't notice a wrong dimension.")
def test_log_softmax_runs_along_any_dimension(submission, rng):
    """The probabilities sum to one along the dimension that `dim` names."""
    x = draw(rng, 3, 3, 3)
    dims = (0, 1, 2, -2)

    actual = submission.run(
        log_softmax_of, cases=[*({"x": x, "dim": d} for d in dims), {"x": x[0, 0]}]
    )

    for got, dim in zip(actual, dims, strict=False):
        what = f"log_softmax(x, dim={dim}) of shape (3, 3, 3)"
        assert_close(got, torch.log_softmax(x, dim), what=what)
    assert_close(actual[4], torch.log_softmax(x[0, 0], 0), what="log_softmax(x) of shape (3,)")


@check(
    points=2,
    requires="log_softmax_matches",
    hint="The probability exp(-2000) is zero for a computer. Need it be computed?",
)
def test_unlikely_classes_keep_their_logarithm(submission, rng):
    """The logarithm of a probability is exact, however small the probability."""
    a, b = draw(rng, 2).tolist()
    x = rows([a + 30, b, a], [a, b + 2000, b], [a - 1e4, b + 1e4, a])

    (actual,) = submission.run(log_softmax_of, cases=[{"x": x}])

    assert_close(actual, torch.log_softmax(x, -1), what="log_softmax of rows with large steps")


@check(
    requires=("logsumexp_matches", "log_softmax_matches"),
    hint="An operator like `-=`, or a method that ends in `_`, changes its tensor.",
)
def test_inputs_stay_as_they_are(submission, rng):
    """The numbers that go in are the same afterwards."""
    x = draw(rng, 4, 5)

    actual = submission.run(inputs_of_logsumexp, x=x)

    for name, after in actual.items():
        assert_same(after, x, what=f"the input of {name}, after the call")
