"""Where torch's own schedulers are, the submission is."""

import torch
from probes import rates, trained_by_schedule

from autograder.suite import assert_close, check, draw_normal

_COSINE = "cosine_falls_from_highest_to_lowest"


def require_like_torch(submission, torch_impl, function, total, **settings):
    case = {"function": function, "steps": list(range(total)), "settings": settings}
    case["settings"]["total"] = total

    actual = submission.run(rates, **case)

    shown = ", ".join(f"{name}={value:.3g}" for name, value in settings.items())
    expected = torch_impl.run(rates, **case)
    for step, (got, want) in enumerate(zip(actual, expected, strict=True)):
        what = f"{function} with {shown}, the rate at step {step}"
        assert_close(got, want, rtol=1e-9, atol=1e-12, what=what)


@check(points=2, requires=_COSINE, hint="Which steps of the run are the first ones to differ?")
def test_warm_up_and_cosine_match_torch(submission, torch_impl, rng):
    """The rates are those of LinearLR followed by CosineAnnealingLR, at every step."""
    for total, warmup in ((50, 0), (50, 1), (30, 10), (11, 10)):
        highest = float(rng.uniform(0.1, 2))
        settings = {"highest": highest, "lowest": highest / 50, "warmup": warmup}
        require_like_torch(submission, torch_impl, "warmup_cosine", total, **settings)


@check(
    points=2,
    requires="one_cycle_goes_up_and_down",
    hint="Which steps of the cycle are the first ones to differ?",
)
def test_one_cycle_matches_torch(submission, torch_impl, rng):
    """The rates are those of OneCycleLR, at every step."""
    for total, rise in ((10, 0.3), (50, 0.3), (37, 0.25), (20, 0.9)):
        settings = {"highest": float(rng.uniform(0.1, 2)), "rise": rise}
        require_like_torch(submission, torch_impl, "one_cycle", total, **settings)


@check(
    points=2,
    requires=(_COSINE, "every_step_writes_the_next_rate"),
    hint="In which order do optimizer and schedule take their steps?",
)
def test_training_by_schedule_matches_torch(submission, torch_impl, rng):
    """Training with momentum by a warm-up and a cosine ends with torch's weights."""
    x, weight, truth = (
        draw_normal(rng, *shape, dtype=torch.float64) for shape in ((20, 3), (3, 1), (3, 1))
    )
    case = {"data": [x, x @ truth], "weight": weight, "highest": 0.2, "total": 30}
    case |= {"lowest": 0.01, "warmup": 5}

    actual = submission.run(trained_by_schedule, **case)

    expected = torch_impl.run(trained_by_schedule, **case)
    assert_close(actual, expected, atol=1e-10, what="the weights after thirty steps")
