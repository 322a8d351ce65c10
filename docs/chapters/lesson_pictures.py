"""The pictures of the chapter on the lesson track."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib as mpl
import torch
from drawing import BLUE, FAINT, INK, LINE, ORANGE, blank, digits, network, plot, slices
from torch import nn
from torch.nn import functional as F  # noqa: N812 - as everybody calls it
from torch.utils.data import BatchSampler, RandomSampler, SequentialSampler

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["PICTURES"]

_DARK = 0.5  # on so dark a square, text is white


def _depth() -> Figure:
    """The spread of the numbers after each of twenty layers, for three sizes of first weights."""
    figure, axes = plot(8.4, 3.2)
    for factor, colour, label in (
        (1.0, ORANGE, "up to 1"),
        (100**-0.5, BLUE, "up to 1 / root of 100, as in the exercise"),
        (0.01, FAINT, "up to 0.01"),
    ):
        generator = torch.Generator().manual_seed(0)
        x = torch.randn(1000, 100, dtype=torch.float64, generator=generator)
        spreads = [x.std().item()]
        for _ in range(20):
            weight = torch.rand(100, 100, dtype=torch.float64, generator=generator) * 2 - 1
            x = F.linear(x, factor * weight)
            spreads.append(x.std().item())
        axes.plot(spreads, "o-", color=colour, ms=4, label=label)
        axes.annotate(
            f"{spreads[-1]:.0e}",
            (20, spreads[-1]),
            xytext=(8, 0),
            textcoords="offset points",
            va="center",
            color=colour,
        )
    axes.set(
        yscale="log",
        xlabel="layer",
        ylabel="standard deviation",
        xlim=(-0.3, 22),
        xticks=range(0, 21, 5),
    )
    axes.grid(color=LINE, lw=0.8)
    axes.legend(frameon=False, loc="lower left", title="first weights", alignment="left")
    return figure


def _overflow() -> Figure:
    """log(exp(x) + exp(x)) in float32: written down as it stands, and as torch computes it."""
    x = torch.linspace(-140, 140, 2801)
    pairs = torch.stack([x, x], 1)
    naive = pairs.exp().sum(1).log()
    stable = torch.logsumexp(pairs, 1)
    finite = x[naive.isfinite()]
    figure, panels = plot(8.8, 3.4, columns=2)
    panels[0].axhspan(torch.finfo(torch.float32).max, 1e62, color="#F6D5D0")
    panels[0].plot(x, x.double().exp(), color=FAINT, label="exp(x)")
    panels[0].text(-136, 1e48, "no float32 is so large: inf", fontsize=9)
    panels[0].set(
        yscale="log", xlabel="x", title="exp(x) and the range of float32", ylim=(1e-62, 1e62)
    )
    panels[0].axhspan(1e-62, 1.4e-45, color="#F6D5D0")
    panels[0].text(-30, 1e-55, "nor so small: 0", fontsize=9)
    panels[1].plot(x, stable, color=BLUE, lw=5, alpha=0.35, label="maximum taken out first")
    panels[1].plot(x, naive, color=ORANGE, label="as it stands")
    for end, text, shift in ((finite[0], "-inf below", 4), (finite[-1], "inf beyond", -4)):
        panels[1].axvline(end, color=ORANGE, lw=1, ls=":")
        side = "left" if shift > 0 else "right"
        panels[1].text(
            end + shift, 8 * shift, f"{text}\n{end:.1f}", ha=side, color=ORANGE, fontsize=9
        )
    panels[1].set(xlabel="x", title="log(exp(x) + exp(x))", xlim=(-140, 140), ylim=(-140, 140))
    panels[1].legend(frameon=False, loc="upper left", fontsize=9)
    for axes in panels:
        axes.grid(color=LINE, lw=0.8)
    return figure


def _stairs() -> Figure:
    """Loss and accuracy of a network while one of its weights is turned."""
    x, y = digits()
    model = _learn(network(), 2, lr=0.5)[0]
    x, y = x[:100], y[:100]
    weight = model[2].weight
    with torch.no_grad():
        column = model[:2](x).mean(0).argmax()  # the unit that has most to say
    row = 0
    before = weight[row, column].item()
    turns = torch.linspace(-3, 3, 601, dtype=torch.float64)
    losses, shares = [], []
    with torch.no_grad():
        for turn in turns:
            weight[row, column] = before + turn
            scores = model(x)
            losses.append(F.cross_entropy(scores, y).item())
            shares.append((scores.argmax(1) == y).double().mean().item())
    figure, panels = plot(8.6, 2.9, columns=2)
    panels[0].plot(turns, losses, color=BLUE)
    panels[0].set(title="loss: has a slope everywhere", xlabel="change of one weight")
    panels[1].step(turns, shares, color=ORANGE, where="mid")
    panels[1].set(title="accuracy: flat, then a jump", xlabel="change of one weight")
    panels[1].yaxis.set_major_formatter(mpl.ticker.PercentFormatter(1, decimals=0))
    for axes in panels:
        axes.axvline(0, color=FAINT, lw=1, ls=":")
        axes.grid(color=LINE, lw=0.8)
    return figure


def _learn(
    model: nn.Module, epochs: int, lr: float = 0.1, n: int = 1437
) -> tuple[nn.Module, list[list[float]]]:
    """Train *model* on the first digits; return it with the loss of every batch of every epoch."""
    x, y = digits()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    history = []
    for _ in range(epochs):
        losses = []
        for rows in slices(n):
            loss = F.cross_entropy(model(x[:n][rows]), y[:n][rows])
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            losses.append(loss.item())
        history.append(losses)
    return model, history


def _noise() -> Figure:
    """The loss of every batch of five epochs, and what each epoch comes to."""
    _, history = _learn(network(), 5, lr=0.5)
    steps = len(history[0])
    figure, axes = plot(8.4, 3.1)
    for epoch, losses in enumerate(history):
        start = epoch * steps
        mean = sum(losses) / steps
        first = epoch == 0
        axes.plot(
            range(start, start + steps),
            losses,
            ".",
            color="#7FB6DB",
            ms=4,
            label="one batch" if first else None,
        )
        axes.plot(
            start + steps - 1,
            losses[-1],
            "o",
            color=ORANGE,
            ms=7,
            label="last batch of the epoch" if first else None,
        )
        axes.plot(
            [start, start + steps - 1],
            [mean, mean],
            color=BLUE,
            lw=2.4,
            label="mean over the epoch" if first else None,
        )
    axes.set(xlabel="step", ylabel="loss", ylim=(0, None))
    axes.set_xticks([k * steps for k in range(6)])
    axes.grid(color=LINE, lw=0.8)
    axes.legend(frameon=False)
    return figure


def _orders() -> Figure:
    """The indices that samplers give, cut into lists of four."""
    n, bs = 14, 4
    shuffled = RandomSampler(range(n), generator=torch.Generator().manual_seed(1))
    strips = [
        ("in order", BatchSampler(SequentialSampler(range(n)), bs, drop_last=False)),
        ("shuffled, first epoch", BatchSampler(shuffled, bs, drop_last=False)),
        ("shuffled, second epoch", BatchSampler(shuffled, bs, drop_last=False)),
        ("shuffled, short last\nlist dropped", BatchSampler(shuffled, bs, drop_last=True)),
    ]
    figure, axes = plot(8.6, 2.3)
    blank(axes)
    for line, (name, batches) in enumerate(strips):
        axes.text(-0.5, -line * 1.5, name, ha="right", va="center", fontsize=9)
        for number, rows in enumerate(batches):
            _strip(axes, rows, number * (bs + 0.6), -line * 1.5, n)
    axes.set(xlim=(-6, 17.5), ylim=(-5.1, 0.6), aspect="equal")
    return figure


def _strip(axes: Axes, rows: list[int], left: float, middle: float, n: int) -> None:
    """Draw one list of indices, each in a colour of its own: pale for early rows."""
    shades = mpl.colormaps["YlGnBu"]
    for place, row in enumerate(rows):
        share = 0.05 + 0.85 * row / (n - 1)
        square = mpl.patches.Rectangle(
            (left + place, middle - 0.5), 1, 1, fc=shades(share), ec="white", lw=2
        )
        axes.add_patch(square)
        colour = "white" if share > _DARK else INK
        axes.text(left + place + 0.5, middle, f"{row}", ha="center", va="center", color=colour)


def _validation() -> Figure:
    """Loss on 150 digits that are learnt and on 360 that are not, epoch by epoch."""
    x, y = digits()
    x_valid, y_valid = x[1437:], y[1437:]
    n, epochs = 150, 120
    model = network(seed=1)
    x, y = x[:n], y[:n]
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    train, valid, accuracy = [], [], []
    order = torch.Generator().manual_seed(0)
    for _ in range(epochs):
        total = 0.0
        for rows in torch.randperm(n, generator=order).split(10):
            loss = F.cross_entropy(model(x[rows]), y[rows])
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            total += loss.item() * len(rows)
        with torch.no_grad():
            scores = model(x_valid)
        train.append(total / n)
        valid.append(F.cross_entropy(scores, y_valid).item())
        accuracy.append((scores.argmax(1) == y_valid).double().mean().item())
    figure, panels = plot(8.8, 3.2, columns=2)
    best = min(range(epochs), key=valid.__getitem__)
    panels[0].plot(range(1, epochs + 1), train, color=BLUE, label="digits that it learns from")
    panels[0].plot(range(1, epochs + 1), valid, color=ORANGE, label="digits that it never saw")
    panels[0].plot(best + 1, valid[best], "o", color=ORANGE)
    panels[0].annotate(
        f"best: {valid[best]:.3f}\nafter epoch {best + 1}",
        (best + 1, valid[best]),
        xytext=(0, 14),
        textcoords="offset points",
        ha="left",
        fontsize=9,
        color=ORANGE,
    )
    panels[0].set(title="mean loss", xlabel="epoch", ylim=(0, 1))
    panels[0].legend(frameon=False, fontsize=9)
    panels[1].plot(range(1, epochs + 1), accuracy, color=ORANGE)
    panels[1].yaxis.set_major_formatter(mpl.ticker.PercentFormatter(1, decimals=0))
    panels[1].set(title="accuracy on the unseen digits", xlabel="epoch", ylim=(0.5, 1))
    for axes in panels:
        axes.grid(color=LINE, lw=0.8)
    return figure


PICTURES = {
    "lesson-depth": _depth,
    "lesson-overflow": _overflow,
    "lesson-stairs": _stairs,
    "lesson-noise": _noise,
    "lesson-orders": _orders,
    "lesson-validation": _validation,
}
