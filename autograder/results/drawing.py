"""Draw with matplotlib, once, what a page of ours shows as SVG and everybody else's as PNG.

It draws with the colours that the style sheet has by day. In SVG each is replaced by its variable
there, so that one drawing fits light and dark, screen and paper; in PNG they stay.
"""

from __future__ import annotations

import io
from html import escape
from typing import TYPE_CHECKING

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
    "WIDTH",
    "Drawing",
    "new_figure",
]

_VARIABLES = {
    "#1d2433": "var(--ink)",
    "#5a6375": "var(--quiet)",
    "#d9dce3": "var(--line)",
    "#b3261e": "var(--bad)",
    "#0b5c8a": "var(--cool)",
    "#fefefe": "var(--sheet)",  # not quite white, which is a colour of heat maps
    "#1b7a43": "var(--good)",
}
INK, QUIET, LINE, BAD, COOL, SHEET, GOOD = _VARIABLES
_INCHES = 6.4  # the page scales it
WIDTH = 640
"""How wide a PNG is to be shown, in pixels of a page."""
_SHARPNESS = (144, 96, 64)  # dots for an inch: the first that gives a file of bounded size
_COLOURS = 64  # a third of the bytes, and nobody sees it
_LARGEST = 60_000
"""Bytes of a PNG; notebooks keep them as text, and a page of feedback has several."""


class Drawing:
    """A figure, and what it shows in words.

    Args:
        figure: What `new_figure` gave, drawn upon.
        caption: What stands below it.
        alt: What it shows, for those who do not see it, if the caption does not say so.
    """

    def __init__(self, figure: Figure, caption: str, alt: str = "") -> None:
        for axes in figure.axes:
            _take_colours(axes)
        self._figure = figure
        self.caption = caption
        self.alt = alt or caption

    def to_svg(self) -> str:
        """Return it as an element to stand in a page of ours."""
        import matplotlib as mpl

        image = io.StringIO()
        with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": self.alt}):
            self._figure.savefig(image, format="svg", transparent=True, metadata={"Date": None})
        svg = image.getvalue()
        svg = svg[svg.index("<svg") :]
        for colour, variable in _VARIABLES.items():
            svg = svg.replace(colour, variable)
        return svg.replace("<svg", f'<svg role="img" aria-label="{escape(self.alt)}"', 1)

    def to_png(self) -> bytes:
        """Return it as an image for where no SVG is let through, in bounded size."""
        from PIL import Image

        for dots in _SHARPNESS:
            drawn, small = io.BytesIO(), io.BytesIO()
            self._figure.savefig(drawn, format="png", dpi=dots, facecolor=SHEET)
            Image.open(drawn).convert("RGB").quantize(_COLOURS).save(small, "png", optimize=True)
            if small.tell() <= _LARGEST:
                break
        return small.getvalue()


def new_figure(height: float, width: float = _INCHES) -> Figure:
    """Return an empty figure of that size, in inches, which lays itself out."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height))
    FigureCanvasSVG(figure)
    figure.set_layout_engine("constrained")
    return figure


def _take_colours(axes: Axes) -> None:
    axes.tick_params(colors=QUIET)
    for label in (axes.xaxis.label, axes.yaxis.label, axes.title):
        label.set_color(INK)
    axes.spines[:].set_color(QUIET)
