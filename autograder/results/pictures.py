"""Draw what a check saw: what was given beside what was expected, and the samples of a speed check.

Shapes differ as well as colours: nothing is told by colour alone.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from autograder.language import marked, tr
from autograder.results.badge import badge, times
from autograder.results.drawing import (
    BAD,
    COOL,
    INK,
    LINE,
    QUIET,
    SHEET,
    Drawing,
    new_figure,
)
from autograder.results.picture import Batches, Curves, Matrices, Path

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.figure import Figure

    from autograder.results.picture import Picture
    from autograder.results.report import Speed

__all__ = ["draw", "draw_speed"]

_YOURS, _EXPECTED = BAD, COOL
_FEW = 16
_ROWS = 24
"""Rows of batches that are drawn; more cannot be read."""
_FURTHEST = 1e100
"""Numbers beyond it are drawn there: matplotlib overflows at the ends of what a float can hold."""
_TICKS = [step * 10**power for power in range(-3, 5) for step in (1, 2, 5)]


def draw(picture: Picture, title: str) -> Drawing:
    """Return *picture* drawn, told in words as belonging to the check with *title*."""
    height, plot = _PLOTS[type(picture)]
    figure = new_figure(height)
    return Drawing(figure, f"{title} {plot(figure, picture)}")


def draw_speed(speed: Speed) -> Drawing:
    """Return where the samples of a speed check lie, on a logarithmic axis."""
    figure = new_figure(1.2)
    axes = figure.subplots()
    ratios = [min(max(ratio, 1e-3), 1e4) for ratio in speed.ratios] or [speed.ratio]
    axes.set_xscale("log")
    axes.axvspan(speed.limit, 1e6, color=LINE, linewidth=0)
    axes.axvline(speed.limit, color=_YOURS, linewidth=2)
    axes.axvline(1, color=_EXPECTED, linewidth=2, linestyle="--")
    rows = [(k % 5) / 5 for k in range(len(ratios))]
    axes.plot(ratios, rows, "o", color=INK, markersize=5, alpha=0.8)
    low, high = min(*ratios, 1.0, speed.limit) / 1.6, max(*ratios, 1.0, speed.limit) * 1.6
    ticks = [at for at in _TICKS if low <= at <= high]
    axes.set(ylim=(-0.4, 1.2), yticks=[], xlim=(low, high))
    axes.set_xticks(ticks, [times(at) for at in ticks])
    axes.minorticks_off()
    axes.set_xlabel(tr("times the reference's time (dashed); beyond the line is too slow"))
    caption = tr("Speed, one dot for each pair of samples: {told}.", told=badge(speed))
    return Drawing(figure, caption)


def _curves(figure: Figure, picture: Curves) -> str:
    axes = figure.subplots()
    mark = "o" if len(picture.expected) <= _FEW else ""
    yours, expected = _floats(picture.yours), _floats(picture.expected)
    axes.plot(yours, color=_YOURS, linewidth=3.5, marker=mark, label=tr("yours"))
    axes.plot(expected, color=_EXPECTED, linestyle="--", marker=mark, label=tr("expected"))
    axes.legend(frameon=False, labelcolor=INK)
    axes.grid(color=LINE)
    return tr("Yours is the solid line, what was expected the dashed one.")


def _matrices(figure: Figure, picture: Matrices) -> str:
    import numpy as np

    yours, expected = (
        np.array([_floats(row) for row in side]) for side in (picture.yours, picture.expected)
    )
    panels = figure.subplots(1, 3)
    shown = [("yours", yours), ("expected", expected), (marked("difference"), yours - expected)]
    sizes = np.abs(np.concatenate([yours.ravel(), expected.ravel()]))
    largest = float(np.max(sizes[np.isfinite(sizes)], initial=0.0)) or 1.0
    for axes, (name, values) in zip(panels, shown, strict=True):
        image = axes.imshow(values, cmap="RdBu_r", vmin=-largest, vmax=largest, aspect="auto")
        axes.set_title(tr(name))
        axes.set(xticks=[], yticks=[])
        if values.size <= _FEW:
            for (row, column), value in np.ndenumerate(values):
                dark = abs(value) > 0.6 * largest
                axes.text(
                    column,
                    row,
                    f"{value:.2g}",
                    ha="center",
                    va="center",
                    color="white" if dark else "black",
                    fontsize=8,
                )
    bar = figure.colorbar(image, ax=panels, shrink=0.8)
    bar.ax.tick_params(colors=QUIET)
    return tr("Red is positive, blue negative; where the difference is not white, the two differ.")


def _batches(figure: Figure, picture: Batches) -> str:
    both = figure.subplots(2, 1, sharex=True)
    order = {
        name: [(k, row) for k, batch in enumerate(side) for row in batch]
        for name, side in (("yours", picture.yours), ("expected", picture.expected))
    }
    window = _window(order["yours"], order["expected"])
    for axes, (name, rows) in zip(both, order.items(), strict=True):
        for at in window:
            if at >= len(rows):
                break
            k, row = rows[at]
            wrong = name == "yours" and order["expected"][at : at + 1] != [(k, row)]
            axes.add_patch(_box(at, (LINE, SHEET)[k % 2], _YOURS if wrong else QUIET))
            axes.text(
                at + 0.5,
                0.5,
                "?" if row < 0 else str(row),
                ha="center",
                va="center",
                color=_YOURS if wrong else INK,
                fontsize=8,
                fontweight="bold" if wrong else "normal",
            )
        axes.set(ylim=(-0.1, 1.1), yticks=[], xticks=[])
        axes.set_ylabel(tr(name), rotation=0, ha="right", va="center")
        axes.spines[:].set_visible(False)
    both[0].set_xlim(window.start - 0.1, max(window.stop, 1) + 0.1)
    told = tr(
        "Each box is a row, by its index; shades alternate with batches; bold is what differs."
    )
    if len(window) < max(map(len, order.values())):
        left_out = tr("Only the rows around the first difference are drawn.")
        return f"{told} {left_out}"
    return told


def _window(yours: Sequence[object], expected: Sequence[object]) -> range:
    """Return which places of two orders of rows are drawn: all, or those where they part."""
    most = max(len(yours), len(expected))
    parts = next(
        (at for at, (one, other) in enumerate(zip(yours, expected, strict=False)) if one != other),
        min(len(yours), len(expected)),
    )
    start = max(0, min(parts - _ROWS // 2, most - _ROWS))
    return range(start, min(start + _ROWS, most))


def _path(figure: Figure, picture: Path) -> str:
    import numpy as np

    axes = figure.subplots()
    yours, expected = (
        np.array([_floats(p) for p in side]).reshape(-1, 2)
        for side in (picture.yours, picture.expected)
    )
    reach = 1.25 * float(np.abs(expected).max(initial=0.1))
    x, y = np.meshgrid(np.linspace(-reach, reach, 80), np.linspace(-reach, reach, 80))
    bowl = (picture.bowl[0] * x**2 + picture.bowl[1] * y**2) / 2
    axes.contour(x, y, bowl, levels=9, colors=LINE, linewidths=1)
    axes.plot(*yours.T, "-o", color=_YOURS, markersize=5, label=tr("yours"), linewidth=2)
    label = tr("expected")
    axes.plot(*expected.T, "--s", color=_EXPECTED, markersize=4, label=label, linewidth=1.2)
    axes.plot(0, 0, "*", color=INK, markersize=11, label=tr("minimum"))
    axes.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
    axes.legend(frameon=False, labelcolor=INK, loc="upper left", bbox_to_anchor=(1, 1))
    return tr(
        "Each mark is where the parameters stood after a step; the rings are heights of the loss."
    )


_PLOTS: dict[type, tuple[float, Callable[[Figure, Any], str]]] = {
    Curves: (2.6, _curves),
    Matrices: (2.4, _matrices),
    Batches: (1.5, _batches),
    Path: (3.4, _path),
}
"""How high each kind is, in inches, and who draws it and says how to read it."""


def _box(at: int, fill: str, edge: str) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle((at + 0.04, 0.05), 0.92, 0.9, facecolor=fill, edgecolor=edge)


def _floats(values: Sequence[float | None]) -> list[float]:
    return [math.nan if v is None else min(max(v, -_FURTHEST), _FURTHEST) for v in values]
