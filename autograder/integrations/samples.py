"""Draw what a speed check measured: every sample beside the reference and the limit."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from autograder.results.badge import times

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograder.results.report import CheckReport, Report

__all__ = ["drawn_samples"]

_YOURS, _LIMIT, _REFERENCE = "#0072B2", "#B03A00", "#444444"
_ROW = 0.75  # inches


def drawn_samples(report: Report, part: str | None = None) -> bytes | None:
    """Return a PNG of the speed checks of *report*, or of one part; None where nothing was timed."""
    timed = [
        check
        for check in report.verdicts
        if check.speed and check.speed.ratios and part in (None, check.part)
    ]
    return _drawn(timed) if timed else None


def _drawn(timed: Sequence[CheckReport]) -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.ticker import NullLocator

    figure = Figure(figsize=(6.4, 0.9 + _ROW * len(timed)), dpi=100)
    FigureCanvasAgg(figure)
    figure.set_layout_engine("constrained")
    axes = figure.subplots()
    axes.set_xscale("log")
    for row, check in enumerate(timed):
        speed = check.speed
        assert speed is not None
        ratios = [max(ratio, 1e-3) for ratio in speed.ratios]
        axes.scatter(ratios, [row] * len(ratios), s=30, alpha=0.6, color=_YOURS, zorder=3)
        said = f"yours {times(speed.ratio)}, limit {times(speed.limit)}"
        axes.annotate(said, (speed.limit, row), xytext=(4, 10), textcoords="offset points")
        axes.plot([speed.limit] * 2, [row - 0.4, row + 0.4], color=_LIMIT, linewidth=3)
    axes.axvline(1.0, color=_REFERENCE, linewidth=1, linestyle="--")
    names = [check.check.replace("_", " ") for check in timed]
    axes.set_yticks(range(len(timed)), names)
    axes.set_ylim(len(timed) - 0.4, -0.6)
    limits = [check.speed.limit for check in timed if check.speed]
    shown = [1.0, *limits, *(r for c in timed if c.speed for r in c.speed.ratios)]
    axes.set_xlim(max(min(shown), 1e-3) / 1.5, max(shown) * 3)
    axes.set_xlabel("time, in times of the reference (dashed)")
    axes.xaxis.set_major_formatter(lambda x, _: f"{x:g}×")
    axes.xaxis.set_minor_locator(NullLocator())
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)
    image = io.BytesIO()
    figure.savefig(image, format="png")
    return image.getvalue()
