"""Draw with matplotlib what takes its colours from the page around it, as SVG.

matplotlib draws with stand-in colours; each is then replaced by a variable of the page's style
sheet, so that one drawing fits light and dark, screen and paper.
"""

from __future__ import annotations

import io
from html import escape
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "BAD",
    "COOL",
    "GOOD",
    "INK",
    "LINE",
    "QUIET",
    "SHEET",
    "Drawing",
    "new_figure",
    "to_svg",
]

_VARIABLES = {
    "#010203": "var(--ink)",
    "#020304": "var(--quiet)",
    "#030405": "var(--line)",
    "#040506": "var(--bad)",
    "#050607": "var(--cool)",
    "#060708": "var(--sheet)",
    "#070809": "var(--good)",
}
INK, QUIET, LINE, BAD, COOL, SHEET, GOOD = _VARIABLES
_WIDTH = 6.4  # inches; the page scales it


class Drawing(msgspec.Struct, frozen=True):
    """A picture as SVG, and what it shows in words."""

    svg: str
    caption: str


def new_figure(height: float, width: float = _WIDTH) -> Figure:
    """Return an empty figure of that size, in inches, which lays itself out."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height))
    FigureCanvasSVG(figure)
    figure.set_layout_engine("constrained")
    return figure


def to_svg(figure: Figure, caption: str) -> str:
    """Return *figure* as an element to stand in a page, told in words by *caption*."""
    import matplotlib as mpl

    for axes in figure.axes:
        _take_colours(axes)
    image = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": caption}):
        figure.savefig(image, format="svg", transparent=True, metadata={"Date": None})
    svg = image.getvalue()
    svg = svg[svg.index("<svg") :]
    for colour, variable in _VARIABLES.items():
        svg = svg.replace(colour, variable)
    return svg.replace("<svg", f'<svg role="img" aria-label="{escape(caption)}"', 1)


def _take_colours(axes: Axes) -> None:
    axes.tick_params(colors=QUIET)
    for label in (axes.xaxis.label, axes.yaxis.label, axes.title):
        label.set_color(INK)
    axes.spines[:].set_color(QUIET)
