"""What you may run as often as you like, with `grade check schedules`."""

import torch
from probes import loaded, moved, rates, scheduled

from autograder.suite import assert_close, assert_same, check


@check(hint="At which steps is the cosine 1, 0 and -1, and what should the rate be there?")
def test_cosine_falls(submission):
    """From 1 to 0 in four steps, the rates are 1, 0.854, 0.5, 0.146, 0, and 0 from then on."""
    settings = {"total": 4, "highest": 1.0}

    actual = submission.run(
        rates, function="warmup_cosine", steps=[0, 1, 2, 3, 4, 5], settings=settings
    )

    expected = [1.0, 0.8535534, 0.5, 0.1464466, 0.0, 0.0]
    assert_close(actual, expected, atol=1e-6, what="the rate at step")


@check(requires="cosine_falls", hint="Which share of the highest rate does step 0 get?")
def test_warm_up_rises(submission):
    """With a warm-up of 3 steps the rates begin with a quarter, a half and three quarters."""
    settings = {"total": 7, "highest": 1.0, "lowest": 0.2, "warmup": 3}

    actual = submission.run(
        rates, function="warmup_cosine", steps=[0, 1, 2, 3, 5, 7], settings=settings
    )

    expected = [0.25, 0.5, 0.75, 1.0, 0.6, 0.2]
    assert_close(actual, expected, atol=1e-6, what="the rates at steps 0, 1, 2, 3, 5, 7")


@check(hint="At which step is the rate highest, and how many steps are left from there?")
def test_one_cycle_of_ten_steps(submission):
    """One cycle of ten steps rises for two steps and falls for seven."""
    settings = {"total": 10, "highest": 1.0}

    actual = submission.run(rates, function="one_cycle", steps=list(range(10)), settings=settings)

    expected = [0.04, 0.52, 1.0, 0.95048, 0.81175, 0.61126, 0.38874, 0.18826, 0.04952, 0.0]
    assert_close(actual, expected, atol=1e-4, what="the rate at step")


@check(hint="Where does an optimizer look for its learning rate?")
def test_schedule_writes_rates(submission):
    """A schedule sets the rates of step 0 at once, and the next ones with each step."""
    actual = submission.run(scheduled, highest=[0.6, 0.06], steps=2)

    expected = [[0.6, 0.06], [0.3, 0.03], [0.2, 0.02]]
    assert_close(actual, expected, what="after steps 0, 1, 2, the rates of the groups")


@check(hint="Does `to` change a tensor, or return another one?")
def test_batches_are_moved(submission):
    """A tensor, a tuple and a dict come back moved; a string comes back as it is."""
    t = torch.ones(2)

    for batch, expected in (
        (t, "meta"),
        ((t, t), ("meta", "meta")),
        ({"image": t, "names": ["a", "b"]}, {"image": "meta", "names": ["a", "b"]}),
    ):
        assert_same(submission.run(moved, batch=batch), expected, what="the devices")


@check(requires="batches_are_moved", hint="When is the loop over the loader begun?")
def test_loader_moves_every_batch(submission):
    """A DeviceLoader gives all batches in every epoch, and knows how many there are."""
    batches = [(torch.ones(2), torch.zeros(2)) for _ in range(3)]

    seen = submission.run(loaded, batches=batches, epochs=2)

    assert_same(seen["epochs"], [[("meta", "meta")] * 3] * 2, what="the devices in epoch")
    assert_same(seen["len"], 3, what="len of the loader")
