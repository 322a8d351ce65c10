"""Draw a training run beside torch's own: the picture at the end of each track."""

from __future__ import annotations

import io
import math
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["Epoch", "Measured", "Sample", "Story", "draw"]

# Blue and orange, each light (the student's) and dark (torch's): told apart by every eye, in grey, too.
_TRAINING, _VALIDATION, _RATE = (
    ("#8CC7EE", "#0B4F7D"),
    ("#F8BC78", "#A84300"),
    ("#B9B9C6", "#3A3A48"),
)
_INK, _FAINT, _WRONG = "#222222", "#666666", "#C0183C"
_LEFT, _RIGHT = 0.055, 0.93
_NEAR = 0.075  # labels at the ends of two curves need this share of the height


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """What one epoch came to."""

    train_loss: float
    """Mean over the rows of the losses as they were while training."""
    train_accuracy: float
    """Share of the training digits that are recognised after it."""
    valid_loss: float
    valid_accuracy: float
    """Share of the validation digits that are recognised after it."""


class Epoch(msgspec.Struct, frozen=True, kw_only=True):
    """One pass over the training digits, by the student's pieces and by torch's."""

    epoch: int
    yours: Measured
    torchs: Measured


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """One validation digit, and what the student's network takes it for."""

    pixels: list[float]
    label: int
    guess: int


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """All that the picture of a training shows."""

    history: Sequence[Epoch]
    milestone: str
    data: str
    """What a reader knows the digits as."""
    digits: int
    """How many of them are for validation."""
    yours: Sequence[str]
    """What came from the student."""
    samples: Sequence[Sample] = ()
    rates: Sequence[float] = ()
    """The learning rate of each step, where it changes."""
    torch_rates: Sequence[float] = ()


def draw(story: Story) -> bytes:
    """Return a PNG with both runs: loss, accuracy, the rate if it changes, and some digits."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(12, 6.8), dpi=150, facecolor="white")
    FigureCanvasAgg(figure)
    _say(figure, story)
    places = figure.add_gridspec(
        1,
        3 if story.rates else 2,
        left=_LEFT,
        right=_RIGHT,
        bottom=0.31,
        top=0.77,
        wspace=0.4 if story.rates else 0.27,
    )
    loss, accuracy, *rate = places.subplots(squeeze=False)[0]
    _plot_loss(loss, story.history)
    _plot_accuracy(accuracy, story.history)
    for axes in rate:
        _plot_rate(axes, story)
    _explain(loss)
    for place, sample in enumerate(story.samples):
        width = (_RIGHT - _LEFT) / max(len(story.samples), 14)
        box = (_LEFT + place * width, 0.065, width * 0.86, 0.1)
        _show(figure.add_axes(box), sample)
    image = io.BytesIO()
    figure.savefig(image, format="png")
    return image.getvalue()


def _say(figure: Figure, story: Story) -> None:
    """Write what the picture is about above it, and what the digits are above them."""
    accuracy = story.history[-1].yours.valid_accuracy
    title = f"Your code recognises {accuracy:.1%} of {story.digits:,} digits that it never saw"
    *names, last = ", ".join(story.yours).split(", ")
    epochs = f"{len(story.history)} epoch{'' if len(story.history) == 1 else 's'}"
    text = (
        f"Milestone {story.milestone}, {epochs} on {story.data}. "
        f"Yours: {', '.join(names)} and {last}. "
        "The dashed run is torch's own, from the same weights, on the same batches."
    )
    figure.text(_LEFT, 0.93, title, fontsize=18, fontweight="bold", color=_INK)
    wrapped = textwrap.fill(text, 132)
    figure.text(_LEFT, 0.91, wrapped, fontsize=10, color=_FAINT, va="top", linespacing=1.4)
    if story.samples:
        caption = "Some of these digits, and what your network takes them for"
        figure.text(_LEFT, 0.195, caption, fontsize=11, color=_INK)


def _plot_loss(axes: Axes, history: Sequence[Epoch]) -> None:
    _plot(axes, history, "train_loss", _TRAINING)
    _plot(axes, history, "valid_loss", _VALIDATION)
    axes.set_ylim(0, None)
    _label_ends(
        axes,
        ("training", history[-1].yours.train_loss, _TRAINING[1]),
        ("validation", history[-1].yours.valid_loss, _VALIDATION[1]),
    )
    _frame(axes, "Loss (mean cross entropy)", "epoch")


def _plot_accuracy(axes: Axes, history: Sequence[Epoch]) -> None:
    from matplotlib.ticker import PercentFormatter

    _plot(axes, history, "train_accuracy", _TRAINING)
    _plot(axes, history, "valid_accuracy", _VALIDATION)
    low, _ = axes.get_ylim()
    axes.set_ylim(min(low, 0.99), 1)
    axes.yaxis.set_major_formatter(PercentFormatter(xmax=1, decimals=0))
    train, valid = history[-1].yours.train_accuracy, history[-1].yours.valid_accuracy
    _label_ends(
        axes,
        (f"training\n{train:.1%}", train, _TRAINING[1]),
        (f"validation\n{valid:.1%}", valid, _VALIDATION[1]),
        lines=2,
    )
    _frame(axes, "Accuracy after each epoch", "epoch")


def _plot_rate(axes: Axes, story: Story) -> None:
    light, dark = _RATE
    axes.plot(range(len(story.rates)), story.rates, color=light, linewidth=5)
    axes.plot(range(len(story.torch_rates)), story.torch_rates, color=dark, linestyle="--")
    axes.set_ylim(0, None)
    _frame(axes, "Learning rate", "step")


def _plot(axes: Axes, history: Sequence[Epoch], field: str, colours: tuple[str, str]) -> None:
    """Draw *field* of both runs: the student's broad and light, torch's as thin dashes on top."""
    numbers = [epoch.epoch for epoch in history]
    yours, torchs = ([getattr(run, field) for run in runs] for runs in _runs(history))
    marker = "o" if len(history) == 1 else ""  # one point makes no line
    light, dark = colours
    axes.plot(numbers, yours, color=light, linewidth=5, marker=marker, markersize=11)
    axes.plot(numbers, torchs, color=dark, linewidth=1.6, linestyle="--", marker=marker)


def _runs(history: Sequence[Epoch]) -> tuple[list[Measured], list[Measured]]:
    return [epoch.yours for epoch in history], [epoch.torchs for epoch in history]


def _label_ends(axes: Axes, *ends: tuple[str, float, str], lines: int = 1) -> None:
    """Write beside the right end of each curve what it is, one above the other."""
    low, high = axes.get_ylim()
    places = [(value - low) / (high - low) for _, value, _ in ends]
    if not all(map(math.isfinite, places)):
        return
    lower, upper = sorted(range(2), key=lambda i: places[i])
    if missing := max(0.0, _NEAR * lines - (places[upper] - places[lower])):
        places[lower] -= missing / 2
        places[upper] += missing / 2
    for place, (text, _, colour) in zip(places, ends, strict=True):
        axes.text(
            1.02, place, text, color=colour, fontsize=9, va="center", transform=axes.transAxes
        )


def _frame(axes: Axes, title: str, across: str) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.set_title(title, loc="left", fontsize=11, color=_INK)
    axes.set_xlabel(across, color=_FAINT)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    axes.grid(color="#E6E6E6", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(colors=_FAINT, length=0)
    axes.spines[["top", "right", "left", "bottom"]].set_visible(False)


def _explain(axes: Axes) -> None:
    """Say which line is whose."""
    from matplotlib.lines import Line2D

    light, dark = _RATE
    lines = [
        Line2D([], [], color=light, linewidth=5, label="your code"),
        Line2D([], [], color=dark, linewidth=1.6, linestyle="--", label="torch"),
    ]
    axes.legend(handles=lines, loc="upper right", frameon=False, handlelength=2.6, fontsize=10)


def _show(axes: Axes, sample: Sample) -> None:
    """Show one digit, as ink on paper, and the guess below it; in red where it is wrong."""
    side = math.isqrt(len(sample.pixels))
    rows = [sample.pixels[row * side : (row + 1) * side] for row in range(side)]
    axes.imshow(rows, cmap="Greys", vmin=0, vmax=1, interpolation="nearest")
    is_right = sample.guess == sample.label
    text = f"{sample.guess}" if is_right else f"{sample.guess}, is {sample.label}"
    axes.set_xlabel(
        text,
        color=_INK if is_right else _WRONG,
        fontsize=12 if is_right else 10,
        fontweight="normal" if is_right else "bold",
    )
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_edgecolor("#CCCCCC" if is_right else _WRONG)
