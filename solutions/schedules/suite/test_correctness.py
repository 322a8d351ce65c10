"""The two shapes of a rate, and the schedule that writes it into an optimizer."""

import math

import torch
from probes import (
    errors_at,
    optimizer_afterwards,
    questions_of_the_schedule,
    rates,
    resumed,
    scheduled,
    scheduled_with_a_meddler,
)

from autograder.suite import assert_close, assert_same, check, require

HIGHEST = [0.8, 0.05]
_COSINE = "cosine_falls_from_highest_to_lowest"
_CYCLE = "one_cycle_goes_up_and_down"
_EVERY = "every_step_writes_the_next_rate"


def half_cosine(start, end, way):
    return end + (start - end) * (1 + math.cos(math.pi * way)) / 2


def falling(step, highest):
    return highest * (1 + step % 7) / (2 + step * step)


def falling_rates(first, last):
    return [[falling(step, top) for top in HIGHEST] for step in range(first, last)]


def require_rates(actual, expected, steps, what):
    """Require a float for every step, and name the first step that differs."""
    require(
        isinstance(actual, list) and len(actual) == len(expected), f"{what}: there are no rates."
    )
    for step, got, want in zip(steps, actual, expected, strict=True):
        assert_close(got, want, rtol=1e-9, atol=1e-13, what=f"{what}, the rate at step {step}")


@check(
    points=3, hint="At which steps is the cosine 1, 0 and -1, and what should the rate be there?"
)
def test_cosine_falls_from_highest_to_lowest(submission, rng):
    """Without warm-up the rate falls like half a cosine, from highest at 0 to lowest at total."""
    total, highest, lowest = int(rng.integers(6, 12)), float(rng.uniform(0.5, 2)), 0.125
    steps = list(range(total + 1))

    actual = submission.run(
        rates,
        function="warmup_cosine",
        steps=steps,
        settings={"total": total, "highest": highest, "lowest": lowest},
    )

    expected = [half_cosine(highest, lowest, step / total) for step in steps]
    what = f"total={total}, highest={highest:.3g}, lowest=0.125"
    require_rates(actual, expected, steps, what)


@check(points=2, requires=_COSINE, hint="Which share of the highest rate does step 0 get?")
def test_warm_up_rises_linearly(submission, rng):
    """In a warm-up of w steps, step k has (k + 1) / (w + 1) of the highest rate."""
    highest, lowest = float(rng.uniform(0.5, 2)), 0.125
    for warmup in (1, 4, 7):
        settings = {"total": 20, "highest": highest, "lowest": lowest, "warmup": warmup}
        steps = list(range(warmup + 1))

        actual = submission.run(rates, function="warmup_cosine", steps=steps, settings=settings)

        expected = [highest * (step + 1) / (warmup + 1) for step in steps]
        require_rates(actual, expected, steps, f"total=20, warmup={warmup}")


@check(requires="warm_up_rises_linearly", hint="How many steps does the cosine have for its fall?")
def test_cosine_begins_after_the_warm_up(submission, rng):
    """After the warm-up the whole half cosine lies between its end and step total."""
    highest, lowest, warmup = float(rng.uniform(0.5, 2)), 0.125, 4
    settings = {"total": 20, "highest": highest, "lowest": lowest, "warmup": warmup}
    steps = list(range(warmup, 21))

    actual = submission.run(rates, function="warmup_cosine", steps=steps, settings=settings)

    expected = [half_cosine(highest, lowest, (step - warmup) / 16) for step in steps]
    require_rates(actual, expected, steps, "total=20, warmup=4")


@check(requires=_COSINE, hint="A cosine comes up again; what should a rate do?")
def test_rate_stays_lowest_after_the_end(submission, rng):
    """After step total the rate stays at its lowest."""
    highest = float(rng.uniform(0.5, 2))
    steps = [8, 9, 12, 16, 100]
    settings = {"total": 8, "highest": highest, "lowest": 0.125}

    actual = submission.run(rates, function="warmup_cosine", steps=steps, settings=settings)

    require_rates(actual, [0.125] * len(steps), steps, "total=8, lowest=0.125")


def cycle(total, highest, rise):
    peak = rise * total - 1
    return [
        half_cosine(highest / 25, highest, step / peak)
        if step <= peak
        else half_cosine(highest, highest / 250_000, (step - peak) / (total - 1 - peak))
        for step in range(total)
    ]


@check(points=3, hint="At which step is the rate highest, and how many steps are left from there?")
def test_one_cycle_goes_up_and_down(submission, rng):
    """The rate goes from a 25th of the highest up to it and down to nearly nothing."""
    highest = float(rng.uniform(0.5, 2))
    steps = list(range(10))

    actual = submission.run(
        rates, function="one_cycle", steps=steps, settings={"total": 10, "highest": highest}
    )

    require_rates(actual, cycle(10, highest, 0.3), steps, "total=10")


@check(requires=_CYCLE, hint="Where is the highest rate if rise * total is 3.5?")
def test_one_cycle_may_peak_between_two_steps(submission, rng):
    """Where the highest rate lies between two steps, both are right."""
    highest = float(rng.uniform(0.5, 2))
    for total, rise in ((14, 0.25), (11, 0.4), (33, 0.123), (10, 0.85)):
        settings = {"total": total, "highest": highest, "rise": rise}
        steps = list(range(total))

        actual = submission.run(rates, function="one_cycle", steps=steps, settings=settings)

        require_rates(actual, cycle(total, highest, rise), steps, f"total={total}, rise={rise}")


@check(requires=_CYCLE, hint="Steps count from 0; which is the last of ten?")
def test_one_cycle_ends(submission):
    """A step after the last of the cycle raises ValueError."""
    settings = {"total": 10, "highest": 1.0}

    steps = [10, 11, 25]
    errors = submission.run(errors_at, function="one_cycle", steps=steps, settings=settings)

    for step, error in zip(steps, errors, strict=True):
        got = f"raised {error}" if error else "was answered"
        require(error == "ValueError", f"total=10: step {step} {got}; expected a ValueError")


@check(points=2, hint="Where does an optimizer look for its learning rate?")
def test_first_rates_are_set_at_once(submission):
    """When a schedule is made, the optimizer gets the rates of step 0, in every group."""
    # Nothing is asked of the second step here; it tells mistakes apart.
    seen = submission.run(scheduled, highest=HIGHEST, steps=2)["rates"]

    assert_close(seen[0], falling_rates(0, 1)[0], what="after making a schedule, the rates")


@check(points=2, requires="first_rates_are_set_at_once", hint="Print `taken` in every step.")
def test_every_step_writes_the_next_rate(submission):
    """Each step writes the rate of the next step into every group, from its own highest rate."""
    seen = submission.run(scheduled, highest=HIGHEST, steps=9)["rates"]

    expected = falling_rates(0, 10)
    require(len(seen) == 10, "there should be ten rates.")
    for step, (got, want) in enumerate(zip(seen, expected, strict=True)):
        assert_close(got, want, what=f"after {step} steps, the rates of the groups")


@check(requires=_EVERY, hint="Is a rate computed from where it began, or from where it is?")
def test_rates_do_not_depend_on_what_was_there(submission):
    """What somebody else writes into the optimizer is overwritten by the next step."""
    seen = submission.run(scheduled_with_a_meddler, highest=HIGHEST, steps=4)

    assert_close(seen, falling_rates(1, 5), what="with rates halved before each step, the rates")


@check(requires=_EVERY, hint="Which number is all that a schedule needs to know?")
def test_schedule_resumes_from_taken(submission):
    """A new schedule that gets `taken` of another goes on where that was."""
    seen = submission.run(resumed, highest=HIGHEST, stop=4, steps=3)

    assert_close(
        seen, falling_rates(5, 8), what="after four steps, and three of another, the rates"
    )


@check(requires=_EVERY, hint="How often has a schedule to ask for the rate of a step?")
def test_rate_is_asked_once_per_group_and_step(submission):
    """In every step the function is asked once for each group, with step and highest rate."""
    seen = submission.run(questions_of_the_schedule, highest=HIGHEST, steps=3)

    expected = [(step, top) for step in range(4) for top in HIGHEST]
    assert_close(seen["rates"], falling_rates(3, 4)[0], what="after three steps, the rates")
    require(
        len(seen["asked"]) == len(expected),
        f"making a schedule of two groups and three steps asked {len(seen['asked'])} times; "
        f"expected {len(expected)}",
    )
    assert_same(seen["asked"], expected, what="what the function was asked")


@check(requires=_EVERY, hint="Who steps the optimizer, and who the schedule?")
def test_schedule_changes_only_rates(submission):
    """A step changes learning rates, and nothing else of the optimizer."""
    seen = submission.run(optimizer_afterwards, highest=HIGHEST, steps=3)

    assert_close(seen["rates"], falling_rates(3, 4)[0], what="after three steps, the rates")
    assert_same(seen["momentum"], [0.9, 0.9], what="momentum")
    ones = [torch.ones(2), torch.ones(2)]
    assert_same(seen["parameters"], ones, what="after three steps of the schedule, parameters")
    assert_same(seen["gradients"], ones, what="after three steps of the schedule, gradients")
