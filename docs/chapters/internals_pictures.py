"""The pictures of the chapter on the internals track."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from drawing import (
    BLUE,
    FAINT,
    INK,
    LINE,
    ORANGE,
    PALE_BLUE,
    PALE_ORANGE,
    SIGNED,
    blank,
    box,
    digits,
    network,
    plot,
)
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - as everybody calls it
from torch.optim import lr_scheduler

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["PICTURES"]

_SHOWN = 0.095  # smaller numbers are left out, so that the larger ones can be read
_DARK = 0.6  # on squares of so large a number, text is white


class _Tagger(nn.Module):
    """A small model with a parameter of its own, children, a grandchild and a shared weight."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(()))
        self.embed = nn.Embedding(20, 8)
        self.body = nn.Sequential(nn.Linear(8, 8), nn.ReLU())
        self.head = nn.Linear(8, 20)
        self.head.weight = self.embed.weight


def _tree() -> Figure:
    """The tree of a model's modules, and the order in which its parameters are met."""
    model = _Tagger()
    listed = {name: k for k, (name, _) in enumerate(model.named_parameters(), 1)}
    figure, axes = plot(8.4, 4.2)
    blank(axes)
    lines = list(_lines(model, "", 0))
    last: dict[int, float] = {}
    for line, (depth, path, item) in enumerate(lines):
        y, left = -float(line), depth * 1.1
        if depth:
            axes.plot(
                [left - 0.75, left - 0.75, left - 0.15],
                [last[depth - 1] - 0.3, y, y],
                color="#BBBBBB",
                lw=1.2,
            )
        name = path.rpartition(".")[2] or "model"
        if isinstance(item, nn.Module):
            last[depth] = y
            text, style = (
                f"{name}: {type(item).__name__.lstrip('_')}",
                {"fc": PALE_BLUE, "ec": BLUE},
            )
        else:
            text, style = f"{name} {tuple(item.shape)}", {"fc": "white", "ec": FAINT}
        axes.text(
            left,
            y,
            text,
            va="center",
            fontsize=9,
            bbox={"boxstyle": "round,pad=0.3", **style},
            zorder=3,
        )
        if path in listed:
            axes.text(
                5.9,
                y,
                f"{listed[path]}",
                va="center",
                ha="center",
                color="white",
                fontsize=9,
                bbox={"boxstyle": "circle,pad=0.25", "fc": ORANGE, "ec": "none"},
            )
            axes.text(6.3, y, path, va="center", fontsize=10)
        elif isinstance(item, nn.Parameter):
            axes.text(6.3, y, "met before, as embed.weight", va="center", fontsize=9, color=FAINT)
    axes.text(5.7, 1.0, "what named_parameters() yields", fontsize=10, color=ORANGE)
    axes.set(xlim=(-0.3, 9.2), ylim=(-len(lines) + 0.4, 1.4))
    return figure


def _lines(module: nn.Module, path: str, depth: int) -> Iterator[tuple[int, str, Any]]:
    """Yield depth, name and object for *module* and for all below it, line by line."""
    yield depth, path, module
    for name, parameter in module._parameters.items():  # noqa: SLF001 - named_parameters leaves out shared ones
        yield depth + 1, f"{path}.{name}".lstrip("."), parameter
    for name, child in module.named_children():
        yield from _lines(child, f"{path}.{name}".lstrip("."), depth + 1)


def _graph() -> Figure:
    """A forward pass from left to right, and below it the gradients from right to left."""
    x, y = digits()
    x, y = x[:50], y[:50]
    first, relu, second = network(30)
    h = first(x)
    a = relu(h)
    s = second(a)
    loss = F.cross_entropy(s, y)
    tensors = {"h": h, "a": a, "s": s}
    gradients = dict(
        zip(
            tensors,
            torch.autograd.grad(loss, list(tensors.values()), retain_graph=True),
            strict=True,
        )
    )
    loss.backward()
    figure, axes = plot(9.4, 4.3)
    blank(axes)
    names = ["x", "h", "a", "s"]
    at = {name: 2.6 * k for k, name in enumerate(names)} | {"loss": 10.0}
    for name, tensor in {"x": x, **tensors}.items():
        box(axes, at[name], 3, f"{name}\n{_shape(tensor)}", facecolor=PALE_BLUE, edgecolor=BLUE)
    box(axes, at["loss"], 3, f"loss\n{loss.item():.3f}", facecolor=PALE_BLUE, edgecolor=BLUE)
    for name, gradient in gradients.items():
        assert gradient.shape == tensors[name].shape
        box(
            axes,
            at[name],
            1,
            f"gradient of {name}\n{_shape(gradient)}",
            facecolor=PALE_ORANGE,
            edgecolor=ORANGE,
        )
    box(axes, at["loss"], 1, "1", facecolor=PALE_ORANGE, edgecolor=ORANGE)
    steps = [
        ("x", "h", "@ W1 + b1"),
        ("h", "a", "relu"),
        ("a", "s", "@ W2 + b2"),
        ("s", "loss", "cross entropy"),
    ]
    for start, end, name in steps:
        _arrow(axes, (at[start] + 0.62, 3), (at[end] - 0.62, 3), BLUE)
        axes.text((at[start] + at[end]) / 2, 3.2, name, ha="center", fontsize=9, color=BLUE)
    for start, end in (("loss", "s"), ("s", "a"), ("a", "h")):
        _arrow(
            axes, (at[start] - (0.2 if start == "loss" else 0.85), 1), (at[end] + 0.85, 1), ORANGE
        )
    for layer, end, number in ((first, "h", 1), (second, "s", 2)):
        shapes = f"gW{number} {_shape(layer.weight.grad.T)}\ngb{number} {_shape(layer.bias.grad)}"
        middle = at[end] - 1.3
        box(axes, middle, -0.6, shapes, facecolor=PALE_ORANGE, edgecolor=ORANGE)
        _arrow(axes, (at[end] - 0.5, 0.55), (middle + 0.3, -0.12), ORANGE)
    for start, end in (
        (("x", 2.5), (1.15, -0.12)),
        (("h", 2.5), (3.9, 1.15)),
        (("a", 2.5), (6.35, -0.12)),
        (("s", 2.5), (8.95, 1.15)),
    ):
        axes.annotate(
            "",
            end,
            (at[start[0]], start[1]),
            arrowprops={"arrowstyle": "->", "ls": (0, (3, 3)), "color": FAINT},
        )
    axes.text(
        8.1,
        -0.25,
        "dashed: kept on the way forward,\nneeded on the way back",
        fontsize=8.5,
        color=FAINT,
        va="top",
    )
    axes.set(xlim=(-0.9, 10.6), ylim=(-1.2, 4))
    return figure


def _shape(tensor: Tensor) -> str:
    return " × ".join(map(str, tensor.shape))


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float], colour: str) -> None:
    axes.annotate(
        "",
        end,
        start,
        arrowprops={"arrowstyle": "-|>", "color": colour, "lw": 1.5, "shrinkA": 0, "shrinkB": 0},
    )


def _gradient() -> Figure:
    """Softmax, label and gradient of the scores of eight digits, after one epoch."""
    x, y = digits()
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    for rows in torch.arange(1437).split(50):
        F.cross_entropy(model(x[rows]), y[rows]).backward()
        optimizer.step()
        optimizer.zero_grad()
    n = 8
    x, y = x[1437 : 1437 + n], y[1437 : 1437 + n]
    scores = model(x)
    (gradient,) = torch.autograd.grad(F.cross_entropy(scores, y), scores)
    parts = [scores.softmax(1).detach(), F.one_hot(y, 10).double(), n * gradient]
    figure, panels = plot(9.0, 2.7, columns=3)
    for axes, part, name in zip(
        panels,
        parts,
        ["p, the softmax", "y, a one at the label", "n times the gradient: p - y"],
        strict=True,
    ):
        axes.imshow(part.numpy(), cmap=SIGNED, vmin=-1, vmax=1)
        axes.set(
            title=name, xticks=range(10), yticks=range(n), yticklabels=[f"a {label}" for label in y]
        )
        axes.tick_params(length=0, labelsize=8)
        for i, j in (part.abs() >= _SHOWN).nonzero().tolist():
            colour = "white" if abs(part[i, j]) > _DARK else INK
            axes.text(
                j, i, f"{part[i, j]:.1f}", ha="center", va="center", fontsize=7.5, color=colour
            )
        for spine in axes.spines.values():
            spine.set_visible(True)
    panels[1].set_xlabel("class")
    return figure


def _paths() -> Figure:
    """Forty steps of three optimizers in a bowl that is steep one way and flat the other."""
    steep = torch.tensor([1.0, 40.0], dtype=torch.float64)
    side, up = torch.meshgrid(
        torch.linspace(-5, 2.5, 151), torch.linspace(-2.4, 2.4, 97), indexing="xy"
    )
    heights = (steep[0] * side**2 + steep[1] * up**2) / 2
    makers = [
        ("SGD, lr = 0.045", lambda p: torch.optim.SGD([p], lr=0.045)),
        ("SGD, lr = 0.02, momentum = 0.8", lambda p: torch.optim.SGD([p], lr=0.02, momentum=0.8)),
        ("Adam, lr = 0.4", lambda p: torch.optim.Adam([p], lr=0.4)),
    ]
    figure, panels = plot(9.4, 2.6, columns=3, sharey=True)
    for axes, (name, make) in zip(panels, makers, strict=True):
        p = torch.tensor([-4.5, 1.6], dtype=torch.float64, requires_grad=True)
        optimizer = make(p)
        visited = [p.tolist()]
        for _ in range(40):
            optimizer.zero_grad()
            loss = (steep * p * p).sum() / 2
            loss.backward()
            optimizer.step()
            visited.append(p.tolist())
        axes.contour(
            side, up, heights, levels=[0.3, 2, 6, 13, 25, 45, 75], colors="#C4C4C4", linewidths=0.9
        )
        xs, ys = zip(*visited, strict=True)
        axes.plot(xs, ys, "o-", color=ORANGE, ms=3, lw=1)
        axes.plot(xs[0], ys[0], "o", color=INK, ms=6)
        axes.plot(0, 0, "+", color=BLUE, ms=11, mew=2)
        final = (steep * p * p).sum().item() / 2
        axes.set(title=name, xticks=[], yticks=[], xlabel=f"loss after 40 steps: {final:.4f}")
    return figure


def _correction() -> Figure:
    """The running mean of noisy gradients around 1, as Adam keeps it and after its correction."""
    p = torch.zeros((), dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.Adam([p], lr=0.01)
    generator = torch.Generator().manual_seed(2)
    beta = optimizer.param_groups[0]["betas"][0]
    drawn, kept, corrected = [], [], []
    for step in range(1, 41):
        p.grad = 1 + 0.4 * torch.randn((), dtype=torch.float64, generator=generator)
        optimizer.step()
        mean = optimizer.state[p]["exp_avg"].item()
        drawn.append(p.grad.item())
        kept.append(mean)
        corrected.append(mean / (1 - beta**step))
    figure, axes = plot(8.4, 2.9)
    steps = range(1, 41)
    axes.plot(steps, drawn, ".", color="#AAAAAA", label="gradient")
    axes.plot(steps, kept, color=ORANGE, label="running mean that began with zero")
    axes.plot(steps, corrected, color=BLUE, label="the same, corrected")
    axes.axhline(1, color=FAINT, lw=1, ls=":")
    axes.set(xlabel="step", ylim=(0, 2.3), xlim=(0, 40.5))
    axes.grid(color=LINE, lw=0.8)
    axes.legend(frameon=False, ncols=3, fontsize=9, loc="upper center")
    return figure


def _prefetch() -> Figure:
    """Who works when: a plain loop, and loops with a thread that fetches up to two batches ahead."""
    cases = [
        ("plain loop: 30 ms to fetch,\n40 ms to train", 30, 40, None),
        ("prefetching: 30 ms to fetch,\n40 ms to train", 30, 40, 2),
        ("prefetching: 60 ms to fetch,\n40 ms to train", 60, 40, 2),
    ]
    figure, axes = plot(9.0, 3.7)
    for line, (name, fetch, train, ahead) in enumerate(cases):
        y = -2.6 * line
        times = _times(6, fetch, train, ahead)
        for number, (fetched, trained) in enumerate(times, 1):
            for start, length, row, fill, edge in (
                (fetched, fetch, y, PALE_ORANGE, ORANGE),
                (trained, train, y - 0.9, PALE_BLUE, BLUE),
            ):
                axes.broken_barh(
                    [(start, length)], (row - 0.36, 0.72), facecolor=fill, edgecolor=edge
                )
                axes.text(
                    start + length / 2, row, f"{number}", ha="center", va="center", fontsize=8
                )
        end = times[-1][1] + train
        axes.plot([end, end], [y + 0.5, y - 1.4], color=INK, lw=1.2)
        axes.text(end + 5, y - 0.45, f"{end} ms", va="center")
        axes.text(-8, y - 0.45, name, ha="right", va="center", fontsize=9)
    axes.set(
        xlim=(-150, 470),
        ylim=(-7.2, 1.3),
        yticks=[],
        xticks=range(0, 401, 100),
        xlabel="milliseconds",
    )
    axes.spines["left"].set_visible(False)
    axes.text(0, 0.75, "fetch", color=ORANGE, fontsize=9)
    axes.text(30, 0.75, "and", color=FAINT, fontsize=9)
    axes.text(52, 0.75, "train", color=BLUE, fontsize=9)
    return figure


def _times(n: int, fetch: int, train: int, ahead: int | None) -> list[tuple[int, int]]:
    """Return when each of *n* batches begins to be fetched, and to be trained on.

    With *ahead*, a thread fetches, and a queue has room for so many batches.
    """
    starts: list[tuple[int, int]] = []
    free = 0  # when the one who fetches can begin with the next batch
    for k in range(n):
        over = starts[-1][1] + train if starts else 0  # when training on the batch before ends
        begin = free if ahead else over
        ready = begin + fetch
        put = max(ready, starts[k - ahead][1]) if ahead and k >= ahead else ready
        starts.append((begin, max(over, put)))
        free = put
    return starts


def _schedules() -> Figure:
    """The learning rate of 100 steps, by warm-up and cosine, and by one cycle."""
    total, warmup = 100, 10
    figure, axes = plot(8.4, 3.0)
    optimizer = _one_weight(0.01)
    rising = lr_scheduler.LinearLR(optimizer, 1 / (warmup + 1), total_iters=warmup)
    falling = lr_scheduler.CosineAnnealingLR(optimizer, total - warmup)
    both = lr_scheduler.SequentialLR(optimizer, [rising, falling], [warmup])
    axes.plot(
        _rates(optimizer, both, total),
        ".-",
        color=BLUE,
        ms=4,
        lw=1,
        label="warm-up of 10 steps, then cosine",
    )
    optimizer = _one_weight(0.01)
    cycle = lr_scheduler.OneCycleLR(optimizer, max_lr=0.01, total_steps=total, cycle_momentum=False)
    axes.plot(_rates(optimizer, cycle, total), ".-", color=ORANGE, ms=4, lw=1, label="one cycle")
    axes.set(xlabel="step", ylabel="learning rate", xlim=(-1, 100), ylim=(0, 0.0112))
    axes.grid(color=LINE, lw=0.8)
    axes.legend(frameon=False, loc="upper right")
    return figure


def _one_weight(lr: float) -> torch.optim.Optimizer:
    return torch.optim.SGD([nn.Parameter(torch.zeros(()))], lr=lr)


def _rates(optimizer: torch.optim.Optimizer, schedule: Any, total: int) -> list[float]:
    """Return the rate at each of *total* steps."""
    found = []
    for step in range(total):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if step < total - 1:
            schedule.step()
    return found


def _run() -> Figure:
    """Loss on unseen digits: plain gradient descent, AdamW at one rate, AdamW in one cycle."""
    figure, axes = plot(8.4, 3.2)
    for name, colour, make, scheduled in (
        ("SGD at 0.5", FAINT, lambda p: torch.optim.SGD(p, lr=0.5), False),
        ("AdamW at 0.03", ORANGE, lambda p: torch.optim.AdamW(p, lr=0.03), False),
        ("AdamW, one cycle up to 0.03", BLUE, lambda p: torch.optim.AdamW(p, lr=0.03), True),
    ):
        runs = torch.tensor([_losses(make, seed, scheduled=scheduled) for seed in range(5)])
        mean = runs.mean(0)
        epochs = range(1, len(mean) + 1)
        axes.fill_between(epochs, runs.amin(0), runs.amax(0), color=colour, alpha=0.15, lw=0)
        axes.plot(
            epochs, mean, "o-", color=colour, ms=4, label=f"{name}: {mean[-1]:.3f} in the end"
        )
    axes.set(xlabel="epoch", ylabel="loss on unseen digits", xticks=epochs, ylim=(0, 0.6))
    axes.grid(color=LINE, lw=0.8)
    axes.legend(frameon=False, loc="upper right")
    return figure


def _losses(make: Any, seed: int, *, scheduled: bool, epochs: int = 10) -> list[float]:
    """Train a network on 1437 digits; return its loss on the other 360 after each epoch."""
    x, y = digits()
    model = network(seed=seed)
    optimizer = make(model.parameters())
    order = torch.Generator().manual_seed(seed)
    schedule = None
    if scheduled:
        steps = epochs * len(torch.arange(1437).split(50)) + 1
        schedule = lr_scheduler.OneCycleLR(optimizer, 0.03, total_steps=steps, cycle_momentum=False)
    losses = []
    for _ in range(epochs):
        for rows in torch.randperm(1437, generator=order).split(50):
            F.cross_entropy(model(x[rows]), y[rows]).backward()
            optimizer.step()
            optimizer.zero_grad()
            if schedule:
                schedule.step()
        with torch.no_grad():
            losses.append(F.cross_entropy(model(x[1437:]), y[1437:]).item())
    return losses


PICTURES = {
    "internals-tree": _tree,
    "internals-graph": _graph,
    "internals-gradient": _gradient,
    "internals-paths": _paths,
    "internals-correction": _correction,
    "internals-prefetch": _prefetch,
    "internals-schedules": _schedules,
    "internals-run": _run,
}
