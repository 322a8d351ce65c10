"""Draw the margins of one exercise's speed limits: right solutions, slow mistakes, the limit."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.collections import PathCollection

    from autograder.results.margins import Calibration, Margin

__all__ = ["draw"]

_RIGHT, _SLOW, _LIMIT = "#0072B2", "#B03A00", "#444444"  # told apart by every eye, and in grey
_ROW = 0.32  # inches


def draw(calibration: Calibration) -> bytes:
    """Return a PNG: a row for each implementation, a dot for each estimate, on a log axis."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    margins = calibration.margins
    rows = [len(m.estimates) for m in margins]
    figure = Figure(figsize=(9.6, 1.6 * len(margins) + _ROW * sum(rows)), dpi=150)
    FigureCanvasAgg(figure)
    figure.set_layout_engine("constrained", h_pad=0.15)
    panels = figure.subplots(len(margins), 1, squeeze=False, height_ratios=rows)
    for margin, axes in zip(margins, panels[:, 0], strict=True):
        _plot(axes, calibration.exercise, margin)
    keys = _keys(panels[0, 0])
    figure.legend(handles=keys, loc="outside lower center", ncols=4, frameon=False)
    image = io.BytesIO()
    figure.savefig(image, format="png")
    return image.getvalue()


def _plot(axes: Axes, exercise: str, margin: Margin) -> None:
    estimates = sorted(margin.estimates, key=lambda e: (not e.is_right, e.medians))
    axes.set_xscale("log")
    for row, estimate in enumerate(estimates):
        color = _RIGHT if estimate.is_right else _SLOW
        _dots(axes, estimate.loaded, row, color, filled=False)
        _dots(axes, estimate.idle, row, color, filled=True)
    axes.axvline(margin.limit, color=_LIMIT, linewidth=2)
    axes.annotate(
        f"limit {margin.limit:g}×",
        (margin.limit, -0.9),
        xytext=(5, 0),
        textcoords="offset points",
        color=_LIMIT,
        fontweight="bold",
        va="center",
    )
    axes.set_yticks(range(len(estimates)), [e.name.replace("_", " ") for e in estimates])
    axes.set_ylim(len(estimates) - 0.5, -1.4)
    axes.set_title(f"{exercise}: {margin.check.replace('_', ' ')}", loc="left", fontweight="bold")
    axes.set_xlabel(f"time, in times of {margin.reference}")
    axes.xaxis.set_major_formatter(lambda x, _: f"{x:g}×")
    low, high = axes.get_xlim()
    ticks = [t for t in _TICKS if low <= t <= high]
    axes.set_xticks(ticks)
    axes.minorticks_off()
    axes.grid(axis="x", color="#DDDDDD", linewidth=0.8)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)


_TICKS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


def _dots(axes: Axes, values: Sequence[float], row: int, color: str, *, filled: bool) -> None:
    face = color if filled else "none"
    axes.scatter(values, [row] * len(values), s=36, facecolors=face, edgecolors=color, zorder=3)


def _keys(axes: Axes) -> list[PathCollection]:
    """Return one dot of each kind, with its name."""
    return [
        axes.scatter([], [], s=36, facecolors=face, edgecolors=color, label=f"{name}, {state}")
        for color, name in ((_RIGHT, "right"), (_SLOW, "slow mistake"))
        for face, state in ((color, "idle"), ("none", "under load"))
    ]
