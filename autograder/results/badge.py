"""Show how fast a submission was beside others: a line of ratios, and where its samples lie."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

from autograder.language import tr

if TYPE_CHECKING:
    from autograder.results.layout import Symbols
    from autograder.results.report import Speed

__all__ = ["badge", "strip", "times"]

_ROOM = 1.6
"""How far the axis goes beyond what lies outermost, as a factor."""


def badge(speed: Speed) -> str:
    """Return `yours 2.1×, torch 1×, the fastest we know 0.37×; at most 5× is allowed`."""
    others = sorted(speed.beside.items(), key=lambda item: -item[1])
    shown = [(tr("yours"), speed.ratio), (tr(speed.reference), 1.0), *others]
    told = ", ".join(f"{tr(name)} {times(ratio)}" for name, ratio in shown)
    told = tr("{told}; at most {limit} is allowed", told=told, limit=times(speed.limit))
    if not speed.conclusive:
        told = tr("{told} (too close to tell on this machine, so it passes)", told=told)
    return told


def times(ratio: float) -> str:
    """Return *ratio* in two or three digits, as in `2.1×`."""
    return f"{ratio:.0f}×" if ratio >= 10 else f"{ratio:.2g}×"  # noqa: PLR2004


def strip(speed: Speed, width: int, symbols: Symbols) -> str:
    """Return one line, *width* characters wide, with every sample on a logarithmic axis.

    The reference (1×) and the limit are marks on it; the higher a block, the more samples.
    """
    samples = [min(max(ratio, 1e-3), 1e4) for ratio in speed.ratios] or [speed.ratio]
    low = math.log(min(1.0, speed.limit, *samples) / _ROOM)
    high = math.log(max(1.0, speed.limit, *samples) * _ROOM)

    def place(ratio: float) -> int:
        return round((math.log(ratio) - low) / (high - low) * (width - 1))

    line = [symbols.axis] * width
    line[place(1.0)] = symbols.one
    line[place(speed.limit)] = symbols.limit
    counts = Counter(map(place, samples))
    most = max(counts.values())
    for at, count in counts.items():
        line[at] = symbols.heights[math.ceil(count / most * len(symbols.heights)) - 1]
    return "".join(line)
