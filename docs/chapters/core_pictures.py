"""The pictures of the chapter on the core track."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from drawing import (
    BLUE,
    FAINT,
    INK,
    LINE,
    ORANGE,
    SIGNED,
    blank,
    digits,
    network,
    plot,
    slices,
)
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - as everybody calls it
from torch.utils.data import DataLoader

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["PICTURES"]


def _forward() -> Figure:
    """Every matrix of a forward pass, with its real numbers, drawn to the scale of its shape."""
    x, y = digits()
    model = _trained(30)
    x = x[:50][y[:50].argsort()]
    first, relu, second = model
    with torch.no_grad():
        hidden = first(x)
        kept = relu(hidden)
        logits = second(kept)
    parts = [
        (x, "x", "50 digits,\n64 pixels each"),
        (first.weight.T.detach(), "W1", "64 weights for\neach of 30 units"),
        (hidden, "h", "30 numbers\nfor each digit"),
        (kept, "relu(h)", "what was\npositive"),
        (second.weight.T.detach(), "W2", "30 weights for\neach of 10 classes"),
        (logits, "logits", "10 scores\nfor each digit"),
    ]
    figure, axes = plot(9.4, 3.1)
    blank(axes)
    at = 0.0
    for (matrix, name, meaning), sign in zip(
        parts, ["@", "+ b1 =", "→", "@", "+ b2 =", ""], strict=True
    ):
        at = _matrix(axes, matrix, at, name, meaning)
        gap = 30 if "=" in sign else 18
        axes.text(at + gap / 2, 0, sign, ha="center", va="center", fontsize=10)
        at += gap
    axes.set(xlim=(-1, at - 8), ylim=(-52, 48), aspect="equal")
    return figure


def _matrix(axes: Axes, matrix: Tensor, left: float, name: str, meaning: str) -> float:
    """Draw *matrix* from *left*, one unit for each row and column; return where it ends."""
    rows, columns = matrix.shape
    right, top = left + columns, rows / 2
    reach = matrix.abs().quantile(0.99)  # a few numbers are much larger than all others
    extent = (left, right, -top, top)
    axes.imshow(
        matrix.numpy(), cmap=SIGNED, vmin=-reach, vmax=reach, extent=extent, interpolation="nearest"
    )
    axes.plot([left, right, right, left, left], [top, top, -top, -top, top], color=FAINT, lw=0.8)
    middle = (left + right) / 2
    axes.text(middle, 42, f"{name}\n{rows} × {columns}", ha="center", va="center", fontsize=9)
    axes.text(middle, -37, meaning, ha="center", va="top", fontsize=8, color=FAINT)
    return right


def _trained(n_hidden: int = 50, epochs: int = 10) -> nn.Sequential:
    """Return a network that has learnt the digits by plain gradient descent."""
    x, y = digits()
    model = network(n_hidden)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    for _ in range(epochs):
        for rows in slices(len(x)):
            F.cross_entropy(model(x[rows]), y[rows]).backward()
            optimizer.step()
            optimizer.zero_grad()
    return model


def _bend() -> Figure:
    """Two linear layers trained on a curve, with nothing between them and with ReLU."""
    x = torch.linspace(-3, 3, 61, dtype=torch.float64)[:, None]
    y = torch.sin(1.6 * x) + 0.3 * x
    figure, panels = plot(8.4, 3.0, columns=2, sharey=True)
    for axes, between, title in zip(
        panels,
        [nn.Identity(), nn.ReLU()],
        ["Linear, Linear: still a line", "Linear, ReLU, Linear: it can bend"],
        strict=True,
    ):
        torch.manual_seed(3)
        model = nn.Sequential(nn.Linear(1, 8), between, nn.Linear(8, 1)).double()
        optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
        for _ in range(6000):
            optimizer.zero_grad()
            loss = F.mse_loss(model(x), y)
            loss.backward()
            optimizer.step()
        axes.plot(x, y, "o", color=FAINT, ms=3, label="data")
        axes.plot(x, model(x).detach(), color=BLUE, lw=2.4, label="network")
        axes.set(title=title, xlabel="x")
        axes.text(0.98, 0.05, f"loss {loss.item():.3f}", ha="right", transform=axes.transAxes)
    panels[0].legend(frameon=False, loc="upper left")
    return figure


def _rates() -> Figure:
    """Plain gradient descent in the bowl p * p, at four learning rates."""
    figure, panels = plot(9.2, 2.7, columns=4, sharey=True)
    bowl = torch.linspace(-4.4, 4.4, 101)
    for axes, rate, title in zip(
        panels,
        [0.03, 0.3, 0.9, 1.05],
        ["too small", "well chosen", "jumps across", "climbs out"],
        strict=True,
    ):
        p = torch.tensor(-2.4, dtype=torch.float64, requires_grad=True)
        optimizer = torch.optim.SGD([p], lr=rate)
        visited = [p.item()]
        for _ in range(6):
            (p * p).backward()
            optimizer.step()
            optimizer.zero_grad()
            visited.append(p.item())
        seen = torch.tensor(visited)
        axes.plot(bowl, bowl * bowl, color="#C8C8C8", lw=2)
        axes.plot(seen, seen * seen, "-", color=ORANGE, lw=1, alpha=0.7)
        axes.plot(seen, seen * seen, "o", color=ORANGE, ms=5)
        axes.plot(seen[:1], seen[:1] ** 2, "o", color=INK, ms=6)
        axes.set(
            title=f"lr = {rate}: {title}",
            xlabel=f"after 6 steps: p = {visited[-1]:.2f}",
            ylim=(-0.8, 19),
            xlim=(-4.6, 4.6),
        )
    panels[0].set_ylabel("loss")
    return figure


def _clearing() -> Figure:
    """The loss of each batch, with gradients cleared after each step, and never."""
    x, y = digits()
    figure, axes = plot(8.4, 3.0)
    for clears, colour, label in (
        (True, BLUE, "cleared after each step"),
        (False, ORANGE, "never cleared"),
    ):
        model = network()
        optimizer = torch.optim.SGD(model.parameters(), lr=0.3)
        losses = []
        for _ in range(4):
            for rows in slices(len(x)):
                loss = F.cross_entropy(model(x[rows]), y[rows])
                loss.backward()
                optimizer.step()
                if clears:
                    optimizer.zero_grad()
                losses.append(loss.item())
        axes.plot(losses, color=colour, label=label)
    axes.set(xlabel="step", ylabel="loss of the batch", ylim=(0, 6.8), xlim=(0, len(losses) - 1))
    axes.grid(color=LINE, lw=0.8)
    axes.legend(frameon=False, loc="upper left", ncols=2)
    return figure


def _batches() -> Figure:
    """Ten digits as rows of a dataset, and the batches of four that a loader makes of them."""
    x, y = digits()
    pairs = list(zip(range(10), x[:10], y[:10], strict=True))
    figure, axes = plot(8.6, 2.3)
    blank(axes)
    for number, (rows, images, labels) in enumerate(DataLoader(pairs, batch_size=4), 1):
        shift = 0.6 * (number - 1)
        for row, image, label in zip(rows, images, labels, strict=True):
            left = row.item() * 1.1 + shift
            axes.imshow(
                image.view(8, 8).numpy(),
                cmap="Greys",
                vmin=0,
                vmax=1,
                extent=(left, left + 1, 0, 1),
            )
            axes.plot([left, left + 1, left + 1, left, left], [0, 0, 1, 1, 0], color=FAINT, lw=0.8)
            axes.text(left + 0.5, 1.3, f"row {row}", ha="center", color=FAINT, fontsize=8)
            axes.text(left + 0.5, -0.38, f"{label}", ha="center", fontsize=11)
        start, end = rows[0].item() * 1.1 + shift, rows[-1].item() * 1.1 + shift + 1
        axes.plot([start, start, end, end], [-0.55, -0.7, -0.7, -0.55], color=BLUE)
        text = f"batch {number}\nxb {tuple(images.shape)}\nyb {tuple(labels.shape)}"
        axes.text((start + end) / 2, -0.9, text, ha="center", va="top", color=BLUE, fontsize=9)
    axes.set(xlim=(-0.2, 12.4), ylim=(-1.95, 1.6), aspect="equal")
    return figure


def _weights() -> Figure:
    """What the ten strongest of 50 hidden units look for, before training and after ten epochs."""
    figure, grid = plot(8.6, 2.2, rows=2, columns=10)
    untrained, trained = (model[0].weight.detach() for model in (network(), _trained()))
    strongest = trained.norm(dim=1).argsort(descending=True)[:10].sort().values
    for row, weight, name in zip(grid, [untrained, trained], ["before", "after"], strict=True):
        for axes, unit in zip(row, weight[strongest], strict=True):
            reach = weight[strongest].abs().quantile(0.99)
            axes.imshow(unit.view(8, 8).numpy(), cmap=SIGNED, vmin=-reach, vmax=reach)
            axes.set(xticks=[], yticks=[])
            axes.spines[:].set(visible=True, color="#C4C4C4")
        row[0].set_ylabel(name)
    return figure


PICTURES = {
    "core-forward": _forward,
    "core-bend": _bend,
    "core-rates": _rates,
    "core-clearing": _clearing,
    "core-batches": _batches,
    "core-weights": _weights,
}
