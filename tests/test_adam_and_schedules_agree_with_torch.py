"""The solutions of `adam` and `schedules` are torch's, for every legal setting that they offer.

Fifty steps in float64, to 1e-10. A grid is dearer than a check may be, so it stands here.
"""

from __future__ import annotations

import importlib.util
import itertools
import warnings
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.optim.lr_scheduler import (
    CosineAnnealingLR,
    LambdaLR,
    LinearLR,
    OneCycleLR,
    SequentialLR,
)

_ROOT = Path(__file__).resolve().parents[1]
_STEPS = 50
_NEAR = {"rtol": 0.0, "atol": 1e-10}
_SHAPES = ((3, 4), (5,), ())

_RATES = (0.0, 1e-3, 0.5)
_BETAS = ((0.9, 0.999), (0.0, 0.0), (0.5, 0.5), (0.95, 0.9), (0.0, 0.999))
_EPS = (1e-8, 1e-3, 1.0)
_DECAYS = (0.0, 1e-2, 0.5)
_MAXIMIZE = (False, True)


def _load(exercise):
    """Load a solution by its path, as the judge does."""
    path = _ROOT / f"solutions/{exercise}/{exercise}.py"
    spec = importlib.util.spec_from_file_location(f"solution_of_{exercise}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_ADAM, _SCHEDULES = _load("adam"), _load("schedules")


def _stream(size):
    """Return parameters and gradients of about *size*, some of them missing, for fifty steps."""
    generator = torch.Generator().manual_seed(0)
    values = [torch.randn(shape, generator=generator, dtype=torch.float64) for shape in _SHAPES]
    stream = []
    for t in range(_STEPS):
        grads = [
            size * torch.randn(shape, generator=generator, dtype=torch.float64) for shape in _SHAPES
        ]
        stream.append([None if (t + i) % 7 == 3 else g for i, g in enumerate(grads)])
    return values, stream


def _trajectory(make, values, stream):
    """Return all parameters after every step, one below the other."""
    parameters = [nn.Parameter(value.clone()) for value in values]
    optimizer = make(parameters)
    seen = []
    for grads in stream:
        for p, grad in zip(parameters, grads, strict=True):
            p.grad = None if grad is None else grad.clone()
        optimizer.step()
        seen.append(torch.cat([p.detach().flatten().clone() for p in parameters]))
    return torch.stack(seen)


@pytest.mark.parametrize("size", [1.0, 1e3, 1e-6, 1e-12], ids="gradients of {:g}".format)
@pytest.mark.parametrize("name", ["Adam", "AdamW"])
def test_every_setting_of_adam_lands_where_torch_lands(name, size):
    """All combinations of rate, betas, eps, decay and direction agree in every one of 50 steps."""
    values, stream = _stream(size)
    ours, torchs = getattr(_ADAM, name), getattr(torch.optim, name)
    apart = []

    grid = itertools.product(_RATES, _BETAS, _EPS, _DECAYS, _MAXIMIZE)
    for lr, betas, eps, decay, maximize in grid:
        hyper = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": decay, "maximize": maximize}
        actual = _trajectory(lambda ps, h=hyper: ours(ps, **h), values, stream)
        expected = _trajectory(lambda ps, h=hyper: torchs(ps, **h), values, stream)
        if not torch.allclose(actual, expected, **_NEAR):
            apart.append((hyper, (actual - expected).abs().max().item()))

    assert apart == []


@pytest.mark.parametrize("name", ["Adam", "AdamW"])
def test_eps_may_be_zero_as_in_torch(name):
    """With eps=0, ordinary gradients land where torch lands."""
    values, stream = _stream(1.0)

    actual = _trajectory(lambda ps: getattr(_ADAM, name)(ps, 0.1, eps=0.0), values, stream)

    expected = _trajectory(lambda ps: getattr(torch.optim, name)(ps, 0.1, eps=0.0), values, stream)
    torch.testing.assert_close(actual, expected, **_NEAR)


@pytest.mark.parametrize("name", ["Adam", "AdamW"])
def test_defaults_are_torchs(name):
    """Without a setting both classes do what torch's do without one."""
    values, stream = _stream(1.0)

    actual = _trajectory(getattr(_ADAM, name), values, stream)

    expected = _trajectory(getattr(torch.optim, name), values, stream)
    torch.testing.assert_close(actual, expected, **_NEAR)


@pytest.mark.parametrize("name", ["Adam", "AdamW"])
@pytest.mark.parametrize(
    "illegal",
    [{"lr": -1.0}, {"eps": -1e-9}, {"betas": (1.0, 0.9)}, {"weight_decay": -0.1}],
    ids=str,
)
def test_what_torch_refuses_is_refused(name, illegal):
    """Settings outside of torch's bounds are a ValueError."""
    for module in (torch.optim, _ADAM):
        with pytest.raises(ValueError, match=r".+"):
            getattr(module, name)([nn.Parameter(torch.ones(2))], **illegal)


def _rates_of_torch(make, highest, steps):
    """Return the rates that a scheduler of torch sets at steps 0, 1, …, *steps* - 1."""
    optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(()))], lr=highest)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a scheduler that runs before any step was taken
        scheduler = make(optimizer)
        seen = [optimizer.param_groups[0]["lr"]]
        for _ in range(steps - 1):
            scheduler.step()
            seen.append(optimizer.param_groups[0]["lr"])
    return torch.tensor(seen, dtype=torch.float64)


@pytest.mark.parametrize("warmup", [0, 1, 2, 7, 25, 48, 49])
@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 1.0], ids="lowest {} of highest".format)
@pytest.mark.parametrize("highest", [1e-4, 0.3, 10.0])
def test_warm_up_and_cosine_are_torchs(highest, share, warmup):
    """At every step up to the last the rate is that of LinearLR, then CosineAnnealingLR."""
    lowest = share * highest

    def make(optimizer):
        cosine = CosineAnnealingLR(optimizer, _STEPS - warmup, eta_min=lowest)
        if not warmup:
            return cosine
        rise = LinearLR(optimizer, start_factor=1 / (warmup + 1), total_iters=warmup)
        return SequentialLR(optimizer, [rise, cosine], milestones=[warmup])

    actual = torch.tensor(
        [
            _SCHEDULES.warmup_cosine(step, _STEPS, highest, lowest, warmup)
            for step in range(_STEPS + 1)
        ],
        dtype=torch.float64,
    )

    torch.testing.assert_close(actual, _rates_of_torch(make, highest, _STEPS + 1), **_NEAR)


@pytest.mark.parametrize("rise", [0.05, 0.123, 0.3, 0.5, 0.9, 0.97])
@pytest.mark.parametrize("highest", [1e-4, 0.3, 10.0])
def test_one_cycle_is_torchs(highest, rise):
    """At every step of the cycle the rate is that of OneCycleLR."""

    def make(optimizer):
        return OneCycleLR(
            optimizer, highest, total_steps=_STEPS, pct_start=rise, cycle_momentum=False
        )

    actual = torch.tensor(
        [_SCHEDULES.one_cycle(step, _STEPS, highest, rise) for step in range(_STEPS)],
        dtype=torch.float64,
    )

    torch.testing.assert_close(actual, _rates_of_torch(make, highest, _STEPS), **_NEAR)


def test_a_schedule_trains_as_torchs_does():
    """Two groups, trained for fifty steps by a schedule, end where LambdaLR leads them."""
    values, stream = _stream(1.0)

    def share(step):
        return 1 / (1 + step)

    def trained(schedule):
        parameters = [nn.Parameter(value.clone()) for value in values]
        groups = [{"params": parameters[:1], "lr": 0.3}, {"params": parameters[1:], "lr": 0.01}]
        optimizer = torch.optim.SGD(groups, momentum=0.9)
        driver = schedule(optimizer)
        for grads in stream:
            for p, grad in zip(parameters, grads, strict=True):
                p.grad = None if grad is None else grad.clone()
            optimizer.step()
            driver.step()
        return torch.cat([p.detach().flatten() for p in parameters])

    actual = trained(lambda o: _SCHEDULES.Schedule(o, lambda step, top: top * share(step)))

    torch.testing.assert_close(actual, trained(lambda o: LambdaLR(o, share)), **_NEAR)
