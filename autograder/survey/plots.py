"""Draw a survey: where scores lie, when students pass, what checks tell, how fast code is."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

from autograder.results.badge import times
from autograder.results.drawing import (
    BAD,
    COOL,
    GOOD,
    INK,
    LINE,
    QUIET,
    SHEET,
    Drawing,
    new_figure,
)
from autograder.results.layout import count
from autograder.results.printable import one_line
from autograder.survey.facts import BINS
from autograder.survey.measures import TELLING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from autograder.survey.facts import CheckFacts, ExerciseFacts, SpeedFacts, Survey

__all__ = ["draw_checks", "draw_exercise", "draw_overview", "draw_speeds"]

_DOTS = 18
"""Up to so many students with like scores are shown as a dot each."""
_WIDE = 8.8  # inches
_SAMPLES = 240
"""Up to so many times are shown as a dot each; of more, every so-manieth."""
_MOST_ATTEMPTS = 10
_TICKS = [step * 10**power for power in range(-3, 5) for step in (1, 2, 5)]
_PERCENT = ([0, 0.25, 0.5, 0.75, 1], ["0", "25", "50", "75", "100 %"])
_NAME = 22  # letters of a name beside an axis


def draw_overview(survey: Survey) -> Drawing:
    """Return one row for each exercise: how many students scored how much."""
    rows = survey.exercises
    figure = new_figure(0.9 + 0.42 * len(rows), _WIDE)
    axes = figure.subplots()
    for at, one in enumerate(rows):
        most = max(*one.bins, 1)
        for k, n in enumerate(one.bins):
            if n:
                _bar(axes, k, at + 0.4, 0.78 * n / most)
        axes.plot([0, 1], [at + 0.4] * 2, color=LINE, linewidth=1, zorder=1)
        if one.shares:
            middle = _median(one.shares)
            axes.plot([middle] * 2, [at - 0.3, at + 0.48], color=INK, linewidth=2, zorder=4)
    axes.set_yticks([at + 0.1 for at in range(len(rows))], [_short(one.exercise) for one in rows])
    axes.set(xlim=(-0.01, 1.01), ylim=(len(rows) - 0.4, -0.6))
    axes.set_xticks(*_PERCENT)
    axes.set_xlabel("share of the points")
    axes.tick_params(axis="y", length=0)
    axes.spines[["top", "right", "left"]].set_visible(False)
    caption = (
        "Each row is an exercise; the higher a bar, the more students scored there. "
        "The upright stroke is the median."
    )
    return Drawing(figure, caption)


def draw_exercise(one: ExerciseFacts) -> Drawing:
    """Return the scores, and beside them how many had passed after how many attempts."""
    figure = new_figure(2.6, _WIDE)
    scores, passing = figure.subplots(1, 2, width_ratios=[3, 2])
    _scores(scores, one)
    _passing(passing, one)
    each = "one dot for each student" if max(one.bins) <= _DOTS else "students in each tenth"
    caption = (
        f"Left: the scores, {each}; the dashed line is the median. "
        "Right: which share had passed every check after so many attempts."
    )
    return Drawing(figure, caption, alt=f"{one_line(one.title)}. {caption}")


def _scores(axes: Axes, one: ExerciseFacts) -> None:
    most = max(*one.bins, 1)
    if most <= _DOTS:
        places = [((k + 0.5) / BINS, n + 0.5) for k, of in enumerate(one.bins) for n in range(of)]
        across, up = zip(*places, strict=True) if places else ((), ())
        size = min(8.0, 120.0 / max(most, 8))
        axes.plot(across, up, "o", color=COOL, markersize=size, zorder=3)
        axes.set_ylim(0, max(most, 8) + 0.7)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
    else:
        for k, n in enumerate(one.bins):
            if n:
                _bar(axes, k, 0, -n)
        axes.set_ylim(0, most * 1.08)
        axes.set_ylabel("students")
        axes.grid(axis="y", color=LINE, zorder=0)
    if one.shares:
        axes.axvline(_median(one.shares), color=INK, linestyle="--", linewidth=1.2, zorder=4)
    axes.set_xlim(-0.01, 1.01)
    axes.set_xticks(*_PERCENT)
    axes.set_xlabel("share of the points")
    axes.spines[["top", "right"]].set_visible(False)


def _passing(axes: Axes, one: ExerciseFacts) -> None:
    at = one.passing.at
    of = sum(at) + one.passing.never
    shares = [sum(at[: k + 1]) / of for k in range(len(at))] if of else []
    shown = min(max(len(at), 4), _MOST_ATTEMPTS)
    shares += [shares[-1] if shares else 0.0] * (shown - len(shares))
    numbers = range(1, shown + 1)
    axes.fill_between(numbers, shares[:shown], color=GOOD, alpha=0.18, linewidth=0)
    axes.plot(numbers, shares[:shown], "-o", color=GOOD, markersize=5, linewidth=2.2)
    axes.set(ylim=(0, 1.05), xlim=(0.8, shown + 0.2))
    axes.set_xticks(list(numbers))
    axes.set_yticks(*_PERCENT)
    axes.grid(axis="y", color=LINE)
    axes.set_xlabel("attempts")
    axes.set_title("passed", fontsize=10, loc="left", color=INK)
    axes.spines[["top", "right"]].set_visible(False)


def draw_checks(checks: Sequence[CheckFacts]) -> Drawing | None:
    """Return the checks by difficulty and discrimination, numbered; None where nothing is known."""
    known = _together(checks)
    if not known:
        return None
    figure = new_figure(3.6, _WIDE)
    axes = figure.subplots()
    lowest = min(-0.05, *(telling - 0.1 for _, telling in known))
    axes.axhspan(lowest, TELLING, color=LINE, alpha=0.5, linewidth=0)
    axes.axhline(0, color=QUIET, linewidth=0.8)
    taken: list[tuple[float, float]] = []
    for (share, telling), numbers in known.items():
        across, up = _free(share, telling, taken)
        taken.append((across, up))
        weak = telling < TELLING
        axes.plot([share, across], [telling, up], color=QUIET, linewidth=0.7, zorder=2)
        axes.plot(
            across,
            up,
            "s" if weak else "o",
            color=SHEET,
            markeredgecolor=BAD if weak else COOL,
            markersize=15 if len(numbers) == 1 else 21,
            markeredgewidth=1.6,
            zorder=3,
        )
        axes.text(
            across,
            up,
            _label(numbers),
            ha="center",
            va="center_baseline",
            fontsize=8 if len(numbers) == 1 else 6.5,
            color=BAD if weak else INK,
            zorder=4,
        )
    axes.set(xlim=(-0.04, 1.04), ylim=(lowest, max(1.05, *(up + 0.08 for _, up in taken))))
    axes.set_xticks(*_PERCENT)
    axes.set_xlabel("passed by")
    axes.set_ylabel("tells (discrimination)")
    axes.spines[["top", "right"]].set_visible(False)
    caption = (
        "The checks by their numbers below, 1+9 for one and nine more of the same: to the right what is easy, high up what tells strong "
        f"students from weak ones. In the grey band, square, is what tells little (under {TELLING:g})."
    )
    return Drawing(figure, caption)


def _together(checks: Sequence[CheckFacts]) -> dict[tuple[float, float], list[int]]:
    """Return the numbers of those checks that lie at the same place, by that place."""
    places: dict[tuple[float, float, bool], list[int]] = {}
    for number, check in enumerate(checks, start=1):
        if (telling := check.discrimination) is not None:
            place = round(check.share, 2), round(telling, 1), telling < TELLING
            places.setdefault(place, []).append(number)
    return {
        (place[0], statistics.fmean(checks[n - 1].discrimination or 0.0 for n in numbers)): numbers
        for place, numbers in places.items()
    }


def _label(numbers: Sequence[int]) -> str:
    return str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]}+{len(numbers) - 1}"


def _free(
    share: float, telling: float, taken: Sequence[tuple[float, float]]
) -> tuple[float, float]:
    """Return a place near a check's own where no other's mark lies."""
    wide, high = 0.045, 0.12
    steps = sorted(
        ((dx * wide, dy * high) for dx in range(-6, 7) for dy in range(-5, 6)),
        key=lambda step: (step[0] / wide) ** 2 + (step[1] / high) ** 2,
    )
    for dx, dy in steps:
        at = share + dx, telling + dy
        inside = 0 <= at[0] <= 1 and at[1] <= 1
        if inside and all(abs(at[0] - x) >= wide or abs(at[1] - y) >= high for x, y in taken):
            return at
    return share, telling


def draw_speeds(speeds: Sequence[SpeedFacts]) -> Drawing:
    """Return a strip for each speed check: every submission's ratio, the reference and the limit."""
    figure = new_figure(0.9 + 0.75 * len(speeds), _WIDE)
    axes = figure.subplots()
    ends = [x for s in speeds for x in (s.spread.low, s.spread.high, s.limit, 1.0)]
    low, high = max(min(ends), 1e-3) / 1.5, min(max(ends), 1e4) * 1.5
    axes.set_xscale("log")
    step = 1
    for row, speed in enumerate(speeds):
        own_step = -(-len(speed.ratios) // _SAMPLES)
        step = max(step, own_step)
        ratios = speed.ratios[::own_step]
        for slow in (False, True):
            own = [(x, k) for k, x in enumerate(ratios) if (x > speed.limit) is slow]
            across = [min(max(x, 1e-3), 1e4) for x, _ in own]
            up = [row + 0.26 * ((k * 0.618) % 1 - 0.5) * 2 for _, k in own]
            axes.plot(
                across,
                up,
                "x" if slow else "o",
                color=BAD if slow else COOL,
                markersize=5,
                alpha=0.75,
                zorder=3,
            )
        axes.plot([speed.limit] * 2, [row - 0.42, row + 0.42], color=BAD, linewidth=2.5, zorder=4)
        if speed.spread.n > 1:
            middle = [speed.spread.median] * 2
            axes.plot(middle, [row - 0.36, row + 0.36], color=INK, linewidth=1.6, zorder=4)
    axes.axvline(1, color=QUIET, linewidth=1.2, linestyle="--", zorder=1)
    axes.set(xlim=(low, high), ylim=(len(speeds) - 0.45, -0.55))
    axes.set_yticks(range(len(speeds)), [_short(s.check) for s in speeds])
    ticks = [at for at in _TICKS if low <= at <= high]
    axes.set_xticks(ticks, [times(at) for at in ticks])
    axes.minorticks_off()
    axes.set_xlabel("times the reference's time (dashed)")
    axes.tick_params(axis="y", length=0)
    axes.spines[["top", "right", "left"]].set_visible(False)
    each = "is one submission" if step == 1 else f"stands for up to {count(step, 'submission')}"
    caption = (
        f"Each dot {each}; the thick stroke is the limit, crosses are beyond it, "
        "the thin stroke is the median."
    )
    return Drawing(figure, caption)


def _bar(axes: Axes, k: int, foot: float, height: float) -> None:
    from matplotlib.patches import Rectangle

    left, width = (k + 0.06) / BINS, 0.88 / BINS
    axes.add_patch(Rectangle((left, foot), width, -height, facecolor=COOL, linewidth=0, zorder=3))


def _median(ordered: Sequence[float]) -> float:
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def _short(name: str) -> str:
    """Return *name* in words, short enough to stand beside an axis; `$` would begin a formula."""
    text = one_line(name.replace("_", " ")).replace("$", "")
    return text if len(text) <= _NAME else f"{text[: _NAME - 1]}…"
