"""Draw a training run beside torch's own: the picture at the end of the core exercises."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

__all__ = ["Epoch", "draw"]

_SOLID, _DASHED = "#56B4E9", "#B03A00"  # light and dark: told apart by every eye, and in grey
_YOURS = "your MLP, Optimizer, Dataset, DataLoader"
_THEIRS = "torch's Sequential, SGD, TensorDataset, DataLoader"


class Epoch(msgspec.Struct, frozen=True, kw_only=True):
    """One pass over the training digits, by the student's pieces and by torch's."""

    epoch: int
    loss: float
    """Mean over the rows that the loader gave."""
    accuracy: float
    """Share of the validation digits that are recognised after it."""
    torch_loss: float
    torch_accuracy: float


def draw(history: Sequence[Epoch], digits: int) -> bytes:
    """Return a PNG with both runs: the loss on the left, the accuracy on *digits* digits right."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.ticker import PercentFormatter

    figure = Figure(figsize=(9.6, 4.8), dpi=150)
    FigureCanvasAgg(figure)
    figure.set_layout_engine("constrained", w_pad=0.15, h_pad=0.1)
    recognised = f"{history[-1].accuracy:.1%} of {digits} new digits recognised"
    figure.suptitle(f"Trained with your own code: {recognised}", fontsize=14, fontweight="bold")
    loss, accuracy = figure.subplots(1, 2)
    lines = _plot(loss, history, "loss")
    loss.set(title="Loss while training", ylabel="mean cross entropy", ylim=(0, None))
    _plot(accuracy, history, "accuracy")
    accuracy.set(title="Accuracy on new digits", ylabel="digits recognised", ylim=(None, 1))
    accuracy.yaxis.set_major_formatter(PercentFormatter(xmax=1, decimals=0))
    figure.legend(handles=lines, loc="outside lower center", ncols=2, frameon=False)
    image = io.BytesIO()
    figure.savefig(image, format="png")
    return image.getvalue()


def _plot(axes: Axes, history: Sequence[Epoch], field: str) -> list[Line2D]:
    """Draw *field* of both runs: the student's solid, torch's dashed."""
    from matplotlib.ticker import MaxNLocator

    numbers = [epoch.epoch for epoch in history]
    own, torchs = ([getattr(epoch, f"{run}{field}") for epoch in history] for run in ("", "torch_"))
    marker = "o" if len(history) == 1 else ""  # one point makes no line
    # The dashes lie on top and are thinner: two equal curves are still seen as two.
    lines = [
        *axes.plot(numbers, own, color=_SOLID, linewidth=4.5, marker=marker, label=_YOURS),
        *axes.plot(
            numbers,
            torchs,
            color=_DASHED,
            linewidth=2,
            linestyle="--",
            marker=marker,
            label=_THEIRS,
        ),
    ]
    axes.set_xlabel("epoch")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(color="#DDDDDD", linewidth=0.8)
    axes.spines[["top", "right"]].set_visible(False)
    return lines
