"""Solutions that rebuild an optimizer agree with torch's own over all settings that are legal.

The suites try a few settings on every submission; here the solutions are held to all of them,
so that what a student is compared with is right. To add a class, add it to `_REBUILT`.
"""

from __future__ import annotations

import importlib.util
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
import torch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_ROOT = Path(__file__).resolve().parents[1]
_STEPS = 50
_SHAPES = ((3, 5), (4,), ())


class _Rebuilt(NamedTuple):
    """A class of a solution, torch's own, and the settings that both take."""

    exercise: str
    name: str
    theirs: Callable[..., Any]
    settings: dict[str, tuple[object, ...]]
    is_legal: Callable[[dict[str, Any]], bool] = lambda _: True

    def cases(self) -> Iterator[dict[str, Any]]:
        """Yield every legal combination of settings."""
        for values in product(*self.settings.values()):
            case = dict(zip(self.settings, values, strict=True))
            if self.is_legal(case):
                yield case


_REBUILT = (
    _Rebuilt(
        exercise="sgd",
        name="SGD",
        theirs=torch.optim.SGD,
        settings={
            "lr": (0.1,),
            "momentum": (0, 0.5, 0.9),
            "dampening": (0, 0.1, 0.5),
            "weight_decay": (0, 0.05),
            "nesterov": (False, True),
            "maximize": (False, True),
        },
        is_legal=lambda case: (
            not case["nesterov"] or (case["momentum"] > 0 and not case["dampening"])
        ),
    ),
)
_CASES = [
    pytest.param(rebuilt, case, id=f"{rebuilt.exercise}-{_told}")
    for rebuilt in _REBUILT
    for case in rebuilt.cases()
    for _told in ["-".join(f"{name}={value}" for name, value in case.items())]
]


def _solution(exercise: str) -> Any:
    path = _ROOT / "solutions" / exercise / f"{exercise}.py"
    spec = importlib.util.spec_from_file_location(f"solution_of_{exercise}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _trajectory(make: Callable[..., Any], case: dict[str, Any]) -> list[torch.Tensor]:
    """Return all parameters after every step, one row for each step."""
    generator = torch.Generator().manual_seed(1)

    def draw() -> list[torch.Tensor]:
        return [torch.randn(s, generator=generator, dtype=torch.float64) for s in _SHAPES]

    parameters = [torch.nn.Parameter(value) for value in draw()]
    optimizer = make(parameters, **case)
    rows = []
    for t in range(_STEPS):
        for i, (p, gradient) in enumerate(zip(parameters, draw(), strict=True)):
            # Now and then a gradient is missing, and the last parameter's first one comes late.
            is_missing = t % 7 == 3 + i or (t < 2 and i == len(parameters) - 1)
            p.grad = None if is_missing else gradient
        optimizer.step()
        rows.append(torch.cat([p.detach().flatten() for p in parameters]))
    return rows


def test_the_grid_of_sgd_is_as_large_as_it_should_be():
    """There are 36 combinations without nesterov, and 8 with it."""
    (cases,) = [list(rebuilt.cases()) for rebuilt in _REBUILT if rebuilt.exercise == "sgd"]

    assert len(cases) == 44


@pytest.mark.parametrize(("rebuilt", "case"), _CASES)
def test_a_solution_goes_where_torch_goes(rebuilt, case):
    """With every legal combination of settings, fifty steps in float64 agree to 1e-10."""
    ours = getattr(_solution(rebuilt.exercise), rebuilt.name)

    actual, expected = (torch.stack(_trajectory(make, case)) for make in (ours, rebuilt.theirs))

    assert (actual - expected).abs().max() <= 1e-10
