"""What `nll`, `cross_entropy` and `accuracy` say about scores and labels."""

import torch
from probes import (
    accuracy_facts,
    accuracy_of,
    cross_entropy_of,
    errors_of,
    gradient_of_cross_entropy,
    inputs_of_cross_entropy,
    nll_of,
    transposed_cross_entropy,
    work_of_cross_entropy,
)

from autograder.suite import (
    assert_budget,
    assert_close,
    assert_same,
    check,
    draw_labels,
    draw_normal,
    require,
)

INF, NAN = float("inf"), float("nan")
ERRORS = ("IndexError", "ValueError", "RuntimeError")
# The dearest right spelling known runs 22 operations and writes 7 elements for each logit.
OPERATIONS = 40
WRITES_PER_LOGIT = 12
# To ask for the smallest and the largest label takes two; all scores or labels are far more.
READS = 8


def draw(rng, *shape):
    return draw_normal(rng, *shape, dtype=torch.float64)


def number(value):
    return torch.tensor(value, dtype=torch.float64)


def draw_case(rng, n, classes):
    """Return scores and labels that are right in about half of the rows."""
    scores, y = draw(rng, n, classes), draw_labels(rng, n, classes)
    right = scores.argmax(1)
    return scores, torch.where(torch.from_numpy(rng.random(n) < 0.5), right, y)


def expected_loss(logits, y):
    logp = logits - torch.logsumexp(logits, 1, keepdim=True)
    return -logp[torch.arange(len(y)), y].mean()


def require_error(seen, what):
    found = seen["error"]
    require(found is not None, f"{what}: no error, but a result")
    require(found in ERRORS, f"{what}: it raised {found}; expected one of {', '.join(ERRORS)}")


@check(points=2, hint="A likely label costs little: what is the sign of a log-probability?")
def test_nll_of_one_row_is_minus_its_entry(submission, rng):
    """With one row, the loss is minus the log-probability of its label."""
    cases = [(draw(rng, 1, 6), draw_labels(rng, 1, 6)) for _ in range(3)]

    actual = submission.run(nll_of, cases=cases)

    for got, (logp, y) in zip(actual, cases, strict=True):
        assert_close(got, -logp[0, int(y)], what="the loss of one row")


@check(
    points=2,
    requires="nll_of_one_row_is_minus_its_entry",
    hint="Each row has one label, and each label picks one number of its own row.",
)
def test_nll_is_the_mean_over_rows(submission, rng):
    """With many rows, the loss is the mean of the losses of the rows."""
    cases = [(draw(rng, n, k), draw_labels(rng, n, k)) for n, k in ((5, 4), (4, 4), (3, 7))]
    cases.append(tuple(torch.cat([part, part]) for part in cases[0]))

    actual = submission.run(nll_of, cases=cases)

    for got, (logp, y) in zip(actual, cases, strict=True):
        expected = torch.stack([-logp[i, int(y[i])] for i in range(len(y))]).mean()
        assert_close(got, expected, what=f"the loss of {len(y)} rows and {logp.shape[1]} classes")


@check(
    points=2,
    requires="nll_is_the_mean_over_rows",
    hint="What does `row[-1]` mean in Python? A label is a class, not a position in a list.",
)
def test_label_out_of_range_is_an_error(submission, rng):
    """A label that is negative, or not below the number of classes, is an error."""
    logp = draw(rng, 4, 5)
    wrong = (-1, 5, -5, 7)

    cases = [(logp, torch.tensor([0, 4, label, 2])) for label in wrong]
    errors = submission.run(errors_of, name="nll", cases=cases)

    require(len(errors) == len(wrong), "not every case gave an answer")
    for seen, label in zip(errors, wrong, strict=True):
        require_error(seen, f"nll with 5 classes and the label {label}")


@check(
    requires="nll_is_the_mean_over_rows",
    hint="With labels of shape (n, 1), what shape has what your code picks out?",
)
def test_labels_of_a_wrong_shape_are_an_error(submission, rng):
    """Labels of shape (n, 1), or fewer labels than rows, are an error."""
    logp, y = draw(rng, 4, 4), draw_labels(rng, 4, 4)

    seen = submission.run(errors_of, name="nll", cases=[(logp, y[:, None]), (logp, y[:1])])

    require(len(seen) == 2, "not every case gave an answer")
    require_error(seen[0], "nll with four rows and labels of shape (4, 1)")
    require_error(seen[1], "nll with four rows and one label")


@check(
    requires="nll_is_the_mean_over_rows",
    hint="As an index, torch takes a tensor of bytes for a mask.",
)
def test_labels_may_be_bytes(submission, rng):
    """Labels of dtype uint8 mean what they mean as int64."""
    cases = [(draw(rng, n, 4), draw_labels(rng, n, 4)) for n in (4, 6)]
    cases.append((draw(rng, 4, 4), torch.tensor([1, 0, 1, 1])))

    as_bytes = [(logp, y.to(torch.uint8)) for logp, y in cases]
    actual = submission.run(nll_of, cases=as_bytes)

    for got, (logp, y) in zip(actual, cases, strict=True):
        expected = -logp[torch.arange(len(y)), y].mean()
        assert_close(got, expected, what=f"the loss of labels {y.tolist()} as uint8")


@check(points=2, hint="Raw scores first become log-probabilities.")
def test_cross_entropy_matches(submission, rng):
    """Cross entropy is the negative log-likelihood of the log-softmax of the scores."""
    cases = [(draw(rng, n, k), draw_labels(rng, n, k)) for n, k in ((5, 4), (4, 4))]

    actual = submission.run(cross_entropy_of, cases=cases)

    for got, case in zip(actual, cases, strict=True):
        what = f"the cross entropy of {len(case[1])} rows and 4 classes"
        assert_close(got, expected_loss(*case), what=what)


@check(
    requires="cross_entropy_matches",
    hint="A model that is sure and wrong pays for it, to the full amount.",
)
def test_large_scores_give_a_finite_loss(submission, rng):
    """The loss of a wrong class is as large as the distance to the right one."""
    gap = 1e4 + 100 * abs(float(rng.standard_normal()))
    one = torch.tensor([1])
    cases = [(number([[gap, 0.0]]), one), (number([[0.0, -gap]]), one)]

    actual = submission.run(cross_entropy_of, cases=cases)

    for got, (logits, _) in zip(actual, cases, strict=True):
        what = f"the cross entropy of {logits.tolist()} with the label 1"
        assert_close(got, number(gap), what=what)


@check(
    points=2,
    requires="cross_entropy_matches",
    hint="Where does the loss leave the graph, or go through it twice?",
)
def test_gradient_is_softmax_minus_label(submission, rng):
    """The gradient of the loss is (softmax - one-hot label) / n."""
    x, y = draw(rng, 5, 4), draw_labels(rng, 5, 4)
    cases = {"random scores": x, "scores around 10": 10 + x, "scores up to 1e4": x * 5e3}

    for name, logits in cases.items():
        seen = submission.run(gradient_of_cross_entropy, logits=logits, y=y)
        expected = torch.softmax(logits, 1)
        expected[torch.arange(5), y] -= 1
        assert_close(seen["gradient"], expected / 5, what=f"the gradient at {name}")


@check(
    requires="cross_entropy_matches",
    hint="Zero times infinity is not zero. Pick, rather than multiply.",
)
def test_class_that_is_ruled_out_costs_nothing(submission, rng):
    """A score of -inf takes a class out of the race; rows with other labels don't notice."""
    logits, y = draw(rng, 4, 5), torch.tensor([0, 1, 3, 4])
    masked = logits.clone()
    masked[:, 2] = -INF

    (actual,) = submission.run(cross_entropy_of, cases=[(masked, y)])

    keep = [0, 1, 3, 4]
    expected = expected_loss(logits[:, keep], torch.tensor([0, 1, 2, 3]))
    assert_close(actual, expected, what="the cross entropy with -inf for a class without rows")


@check(
    requires="cross_entropy_matches",
    hint="Which of your lines counts on more than one row, or on rows that lie side by side?",
)
def test_scores_may_have_any_layout(submission, rng):
    """One row, a single class, and scores that are a transposed view have a loss."""
    x, y = draw(rng, 4, 6), draw_labels(rng, 6, 4)

    actual = submission.run(
        cross_entropy_of,
        cases=[(x[:1], y[:1]), (x[:, :1], torch.zeros(4, dtype=torch.int64))],
    )
    transposed = submission.run(transposed_cross_entropy, columns=x, y=y)

    assert_close(actual[0], expected_loss(x[:1], y[:1]), what="the cross entropy of one row")
    assert_close(actual[1], number(0.0), what="the cross entropy of a single class")
    expected = expected_loss(x.t(), y)
    assert_close(transposed, expected, what="the cross entropy of a transposed view")


@check(requires="cross_entropy_matches", hint="The mean of no numbers is nan; torch agrees.")
def test_empty_batch_has_no_loss(submission, rng):
    """Without any row the loss is nan, and no error."""
    empty = draw(rng, 0, 4), draw_labels(rng, 0, 4)

    (actual,) = submission.run(cross_entropy_of, cases=[empty])

    assert_close(actual, number(NAN), what="the cross entropy of no rows")


@check(requires="cross_entropy_matches", hint="Who else may need the scores after you?")
def test_scores_and_labels_stay_as_they_are(submission, rng):
    """Cross entropy leaves scores and labels unchanged."""
    logits, y = draw(rng, 5, 4), draw_labels(rng, 5, 4)

    seen = submission.run(inputs_of_cross_entropy, logits=logits, y=y)

    assert_same(seen, {"logits": logits, "y": y}, what="after the call, the input")


@check(
    requires="cross_entropy_matches",
    hint="One tensor operation handles all rows at once.",
)
def test_cross_entropy_does_little_work(submission, rng):
    """The number of operations doesn't depend on the number of rows."""
    for n in (50, 200):
        work = submission.run(
            work_of_cross_entropy, logits=draw(rng, n, 10), y=draw_labels(rng, n, 10)
        )
        assert_budget(
            work["syncs"],
            at_most=READS,
            told=f"the cross entropy of {n} rows read {{}} values out of tensors",
            hint="Which numbers do you look at in Python, one by one?",
        )
        assert_budget(
            work["calls"],
            at_most=OPERATIONS,
            told=f"the cross entropy of {n} rows ran {{}} tensor operations",
        )
        assert_budget(
            work["elements"],
            at_most=WRITES_PER_LOGIT,
            count=n * 10,
            told=f"the cross entropy of {n} rows wrote {{}} elements to memory for each score",
            hint="Which of your tensors has more elements than there are scores?",
        )


@check(points=2, hint="Which class does a row of scores speak for?")
def test_accuracy_is_the_share_of_right_rows(submission, rng):
    """Accuracy counts the rows whose largest score stands at the label."""
    cases = [draw_case(rng, n, k) for n, k in ((7, 4), (5, 5), (9, 3), (1, 4))]
    negative = -1 - cases[0][0].abs()
    negative[:, 1] = -0.5
    cases.append((negative, torch.ones_like(cases[0][1])))  # no score is positive, all are right

    actual = submission.run(accuracy_of, cases=cases)

    for got, (scores, y) in zip(actual, cases, strict=True):
        expected = (scores.argmax(1) == y).double().mean().item()
        what = f"the accuracy of {len(y)} rows and {scores.shape[1]} classes"
        assert_close(got, expected, rtol=1e-6, what=what)


@check(
    requires="accuracy_is_the_share_of_right_rows",
    hint="A Python number has to wait for the GPU; what would a training loop rather add up?",
)
def test_accuracy_is_a_tensor(submission, rng):
    """Accuracy is a floating-point tensor with zero dimensions."""
    out, y = draw_case(rng, 6, 4)

    seen = submission.run(accuracy_facts, out=out, y=y)

    got = seen["type"]
    require(got == "Tensor", f"accuracy returned a {got}; expected a tensor")
    require(seen["is floating"], f"accuracy has the dtype {seen['dtype']}; expected a float")
    require(seen["dimensions"] == 0, f"accuracy has {seen['dimensions']} dimensions; expected none")


@check(
    requires="accuracy_is_the_share_of_right_rows",
    hint="Compare shapes (n,) and (n, 1) with `==`: what shape is the result?",
)
def test_accuracy_refuses_labels_of_a_wrong_shape(submission, rng):
    """Accuracy with labels of shape (n, 1), or with one label for many rows, is an error."""
    out, y = draw_case(rng, 4, 4)

    seen = submission.run(errors_of, name="accuracy", cases=[(out, y[:, None]), (out, y[:1])])

    require(len(seen) == 2, "not every case gave an answer")
    require_error(seen[0], "accuracy with four rows and labels of shape (4, 1)")
    require_error(seen[1], "accuracy with four rows and one label")


@check(
    requires="accuracy_is_the_share_of_right_rows",
    hint="Does your code look at single rows, or at what a label is beyond its value?",
)
def test_accuracy_of_bytes_and_of_no_rows(submission, rng):
    """Labels of dtype uint8 count as int64 ones do; the accuracy of no rows is nan."""
    out, y = draw_case(rng, 6, 4)

    actual = submission.run(accuracy_of, cases=[(out, y.to(torch.uint8)), (out[:0], y[:0])])

    expected = (out.argmax(1) == y).double().mean().item()
    assert_close(actual[0], expected, rtol=1e-6, what="the accuracy with labels of dtype uint8")
    assert_close(actual[1], NAN, what="the accuracy of no rows")
