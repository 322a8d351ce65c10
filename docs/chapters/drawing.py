"""What the pictures of the chapters share: their look, real digits, and a network to train."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import torch
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from sklearn.datasets import load_digits
from torch import Tensor, nn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes

__all__ = [
    "BLUE",
    "FAINT",
    "INK",
    "LINE",
    "LOOK",
    "ORANGE",
    "PALE_BLUE",
    "PALE_ORANGE",
    "SIGNED",
    "blank",
    "box",
    "digits",
    "network",
    "plot",
    "slices",
    "svg",
]

INK, FAINT, LINE = "#222222", "#666666", "#E6E6E6"
BLUE, ORANGE = "#0B5F96", "#B85000"  # told apart by every eye, in grey, too
PALE_BLUE, PALE_ORANGE = "#CDE6F7", "#FBDDB9"
SIGNED = LinearSegmentedColormap.from_list("signed", ["#06395C", "#FFFFFF", "#8A3600"])
"""Blue for negative numbers, white for zero, orange for positive ones."""

LOOK = {
    "figure.facecolor": "white",  # a ground of its own, so that it can be read on a dark page
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 10,
    "mathtext.default": "regular",
    "svg.fonttype": "none",  # text stays text
    "text.color": INK,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "axes.titlesize": 10.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": FAINT,
    "ytick.color": FAINT,
    "lines.linewidth": 1.8,
    "savefig.dpi": 144,
}
"""Settings of matplotlib, in force while a picture is drawn."""
_SEED = 42


def plot(
    width: float, height: float, rows: int = 1, columns: int = 1, **kwargs: Any
) -> tuple[Figure, Any]:
    """Return a figure of so many inches, and its axes: one, or an array of them."""
    figure = Figure(figsize=(width, height))
    figure.set_layout_engine("constrained", w_pad=0.1, h_pad=0.1)
    return figure, figure.subplots(rows, columns, **kwargs)


def blank(axes: Axes) -> Axes:
    """Take ticks and frame from *axes*: what is drawn there has no scale."""
    axes.set_axis_off()
    return axes


def box(axes: Axes, x: float, y: float, text: str, **style: Any) -> None:
    """Write *text* around (x, y), with a rounded frame."""
    look = {"facecolor": "white", "edgecolor": FAINT, "boxstyle": "round,pad=0.4"} | style
    axes.text(x, y, text, ha="center", va="center", fontsize=9, bbox=look, zorder=3)


def svg(figure: Figure, name: str) -> str:
    """Return *figure* as SVG: the same text for the same drawing, each time."""
    file = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": name}):
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    lines = (line.rstrip() for line in file.getvalue().splitlines())
    return "\n".join(lines) + "\n"


def digits() -> tuple[Tensor, Tensor]:
    """Return 1797 images, from 0 (paper) to 1 (ink), and their labels, in one random order."""
    found = load_digits()
    order = torch.randperm(len(found.data), generator=torch.Generator().manual_seed(_SEED))
    return torch.tensor(found.data / 16)[order], torch.tensor(found.target)[order]


def network(n_hidden: int = 50, seed: int = _SEED) -> nn.Sequential:
    """Return a network for digits, in float64, so that its run is the same on every machine."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        layers = nn.Linear(64, n_hidden), nn.ReLU(), nn.Linear(n_hidden, 10)
        return nn.Sequential(*layers).double()


def slices(n: int, bs: int = 50) -> Iterator[slice]:
    """Yield the rows of each batch of an epoch, in order."""
    yield from (slice(i, i + bs) for i in range(0, n, bs))
