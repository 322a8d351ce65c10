"""Put a report into words, as a good teacher would: the cause first, one thing at a time.

Whatever student code had a hand in goes through `printable` and is shown as plain text, set in
from the margin, so that it cannot pass for a sentence of ours.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeAlias

import msgspec
from rich.cells import cell_len
from rich.columns import Columns
from rich.console import Group
from rich.table import Table
from rich.text import Text

from autograder.course.exercise import Suite
from autograder.results.layout import Block, Symbols, bar, count, listed, points
from autograder.results.printable import first_line, one_line, printable
from autograder.results.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from rich.console import Console, RenderableType

    from autograder.results.report import CheckReport, Report, Where

__all__ = ["FORMATS", "Setting", "to_json", "to_terminal"]

_WRONG = {
    Verdict.FAILED: "",
    Verdict.TIMED_OUT: " (did not come back in time)",
    Verdict.FORBIDDEN: " (not allowed here)",
}
_OTHERS = 8  # one thing at a time: more than this is a wall
_Parts: TypeAlias = "Iterator[RenderableType]"


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """What the feedback says beyond the report."""

    title: str
    """Title of the exercise."""
    next_step: str = ""
    """One sentence that closes the feedback."""
    verbose: bool = False
    """Whether to show every failed check in full, and the passed ones by title."""


def to_terminal(report: Report, console: Console, setting: Setting) -> None:
    """Print *report* on *console*."""
    symbols = Symbols(ascii_only=console.options.ascii_only)
    writer = _Writer(report, setting, console.width, symbols)
    parts = writer.judged() if report.gradable else writer.ungradable()
    console.print(Group(*parts))


def to_json(report: Report, console: Console, _setting: Setting) -> None:
    """Print *report* as JSON, without what only staff may see."""
    console.out(report.for_student().to_json(), highlight=False)


FORMATS: dict[str, Callable[[Report, Console, Setting], None]] = {
    "json": to_json,
    "terminal": to_terminal,
}


class _Writer:
    """Yields the feedback piece by piece; each method is one thing that it says, or nothing."""

    def __init__(self, report: Report, setting: Setting, width: int, symbols: Symbols) -> None:
        self.report = report
        self.setting = setting
        self.width = width
        self.symbols = symbols
        self.title = one_line(setting.title)
        self.is_public = report.suite == Suite.PUBLIC
        self.by_verdict: dict[Verdict, list[CheckReport]] = {verdict: [] for verdict in Verdict}
        for check in report.verdicts:
            self.by_verdict[check.verdict].append(check)

    def ungradable(self) -> _Parts:
        """Say in one sentence, with the line, why nothing could be judged."""
        yield Block(f"{self.title} (not graded)", "bold")
        if problem := self.report.problem:
            yield Block(one_line(problem.sentence), "red", margin="  ")
            if problem.where:
                yield from self._where(problem.where, problem.caret)
            yield from self._output(problem.output)
        yield Block("Nothing is lost, and no attempt is used; put it right and try again.", "dim")
        yield from self._notices()

    def judged(self) -> _Parts:
        """Tell everything, from the whole to the single check."""
        yield self._header()
        yield from self._rows()
        if self.report.passed:
            yield from self._celebration()
        else:
            yield from self._diagnosis()
            yield from self._wrong()
            yield from self._waiting()
            yield from self._unwritten()
            yield from self._ours()
        yield from self._passed()
        yield from self._notices()
        if self.setting.next_step and not self.report.passed:
            yield from _after_a_gap(self.setting.next_step, "dim")

    def _header(self) -> RenderableType:
        score = self.report.score
        done, of = (score.earned, score.possible)
        said = f"{points(done)} of {points(of)} points"
        if self.is_public:
            done, of = _passed_of(self.report.verdicts)
            said = f"{done} of {of} public checks"
        shown = Table.grid(padding=(0, 2))
        shown.add_row(bar(done, of), Text(said, style="bold", no_wrap=True))
        title = Text(self.title, style="bold")
        fits = cell_len(self.title) + 26 + len(said) <= self.width
        return Columns([title, shown], padding=(0, 2)) if fits else Group(title, shown)

    def _rows(self) -> _Parts:
        wide = max((len(part.part) for part in self.report.parts), default=0)
        for part in self.report.parts:
            done, of = _passed_of(c for c in self.report.verdicts if c.part == part.part)
            # Points of a public suite count for nothing, so they are not shown.
            earned = "" if self.is_public else f"{points(part.earned)} of {points(part.possible)}"
            row = (f"  {part.part:<{wide}}", f"{earned:<10}" if earned else "", f"{done} of {of}")
            yield Block("  ".join(cell for cell in row if cell) + " checks", "cyan")

    def _celebration(self) -> _Parts:
        done = len(self.by_verdict[Verdict.PASSED])
        what = f"{done} checks pass: {self.report.exercise} is yours."
        if self.is_public:
            what = f"{done} public checks pass."
        said = f"{self.symbols.tick} All {what}"
        yield from _after_a_gap(f"{said} {self.setting.next_step}".rstrip(), "bold green")

    def _diagnosis(self) -> _Parts:
        titles = {check.check: one_line(check.title) for check in self.report.verdicts}
        for known in self.report.diagnosis:
            said = one_line(known.sentence, columns=1000)
            yield from _after_a_gap(
                f"Your code behaves like this known mistake: {said}", "bold yellow"
            )
            if explained := listed(titles.get(name, name) for name in known.checks):
                yield Block(f"It explains: {explained}", "dim", margin="  ")

    def _wrong(self) -> _Parts:
        wrong = [check for check in self.report.verdicts if check.verdict in _WRONG]
        if self.setting.verbose:
            for check in wrong:
                yield from self._in_full(check)
            return
        alike: dict[tuple[Verdict, str | None], list[CheckReport]] = {}
        for check in wrong:
            alike.setdefault((check.verdict, check.message), []).append(check)
        ends = list(alike.values())
        for first, *others in ends[:1]:
            yield from self._in_full(first, alone=not others)
            yield from _same_end(len(others))
        if ends[1:]:
            yield from _after_a_gap("Also to put right:", "bold")
        for first, *others in ends[1 : 1 + _OTHERS]:
            yield self._title(first)
            if first.message:
                line = first_line(first.message).removesuffix("; the worst:")
                yield Block(line, margin="    ")
            yield from _same_end(len(others))
        if left := sum(map(len, ends[1 + _OTHERS :])):
            yield Block(f"And {left} more; --verbose shows them all.", "dim", margin="    ")

    def _title(self, check: CheckReport, *, alone: bool = True) -> RenderableType:
        said = f"{one_line(check.title)}{_WRONG[check.verdict]}"
        if check.verdict is Verdict.FORBIDDEN and not alone:
            said = "Not allowed in this exercise:"  # what ends every check is about none of them
        return Block(said, "red", margin=f"  {self.symbols.cross} ")

    def _in_full(self, check: CheckReport, *, alone: bool = True) -> _Parts:
        yield Text()
        yield self._title(check, alone=alone)
        if check.message:
            yield Block(printable(check.message), margin="    ")
        if check.where:
            yield from self._where(check.where)
        yield from self._output(check.output)
        if check.hint:
            yield Block(f"Hint: {one_line(check.hint, columns=1000)}", "cyan", margin="    ")

    def _where(self, where: Where, caret: int | None = None) -> _Parts:
        function = f", in {one_line(where.function)}" if where.function else ""
        yield Block(f"{one_line(where.file)}, line {where.line}{function}", "dim", margin="    ")
        room = self.width - len(margin := f"    {self.symbols.rule}")
        source = first_line(where.source or "", columns=room)
        if source:
            yield Block(source, margin=margin)
        if source and where.source and caret:
            # The sign itself keeps the blanks before it; what stands left of the code is cut off.
            before = first_line(f"{where.source.lstrip()[: _left_of(where.source, caret)]}^")
            if cell_len(before) <= room:
                yield Block(f"{' ' * (cell_len(before) - 1)}^", "red", margin=margin)

    def _output(self, output: str | None) -> _Parts:
        if shown := printable(output or "", lines=12, columns=200):
            yield Block("Your code printed:", "dim", margin="    ")
            rule = f"    {self.symbols.rule}"
            yield Block(shown, margin=rule, hanging=rule)

    def _waiting(self) -> _Parts:
        skipped = self.by_verdict[Verdict.SKIPPED]
        if skipped:
            yield Text()
        for cause, n in Counter(check.builds_on for check in skipped if check.builds_on).items():
            verbs = ("builds", "waits") if n == 1 else ("build", "wait")
            said = f"{count(n, 'more check')} {verbs[0]} on {cause!r} and {verbs[1]} for it."
            yield Block(said, "dim", margin=f"{self.symbols.dot} ")
        elsewhere = Counter(first_line(c.message or "") for c in skipped if not c.builds_on)
        for reason, n in elsewhere.items():
            said = f"{count(n, 'check')} cannot run here{f': {reason}' if reason else '.'}"
            yield Block(said, "dim", margin=f"{self.symbols.dot} ")

    def _unwritten(self) -> _Parts:
        checks = {check.check: check for check in self.by_verdict[Verdict.NOT_IMPLEMENTED]}
        roots = (checks.get(check.builds_on or "", check) for check in checks.values())
        pieces = Counter(first_line(root.message or root.title) for root in roots)
        if pieces:
            yield from _after_a_gap("Still to write:", "bold")
        for piece, n in pieces.items():
            yield Block(f"{piece} ({count(n, 'check')})", margin=f"  {self.symbols.dot} ")

    def _ours(self) -> _Parts:
        errored = self.by_verdict[Verdict.ERRORED]
        if not errored:
            return
        titles = listed(one_line(check.title) for check in errored)
        said = f"The grader had trouble of its own with {count(len(errored), 'check')}: {titles}"
        yield from _after_a_gap(said, "bold magenta")
        if reason := next((first_line(c.message) for c in errored if c.message), ""):
            yield Block(reason, "dim", margin="    ")
        yield Block(
            "This is our fault, not yours. Nothing of yours is lost; it is to be graded again.",
            margin="  ",
        )

    def _passed(self) -> _Parts:
        passed = self.by_verdict[Verdict.PASSED]
        if self.setting.verbose and passed:
            yield Text()
            for check in passed:
                yield Block(one_line(check.title), "green", margin=f"  {self.symbols.tick} ")
        elif passed and not self.report.passed:
            verb = "passes" if len(passed) == 1 else "pass"
            said = f"{self.symbols.tick} {count(len(passed), 'check')} {verb}."
            yield from _after_a_gap(said, "green")

    def _notices(self) -> _Parts:
        for notice in self.report.notices:
            yield from _after_a_gap(f"Note: {one_line(notice)}", "dim")


def _passed_of(checks: Iterable[CheckReport]) -> tuple[int, int]:
    """Return how many of *checks* passed, of those that can run here."""
    here = [c for c in checks if c.possible or c.verdict is not Verdict.SKIPPED]
    return sum(c.verdict is Verdict.PASSED for c in here), len(here)


def _left_of(source: str, caret: int) -> int:
    """Return how many characters of the code, its indentation cut off, stand before *caret*."""
    return max(caret - 1 - (len(source) - len(source.lstrip())), 0)


def _same_end(others: int) -> _Parts:
    """Say that one cause ended *others* in the same way."""
    if others:
        verb = "ends" if others == 1 else "end"
        yield Block(f"{count(others, 'more check')} {verb} the same way.", "dim", margin="    ")


def _after_a_gap(text: str, style: str) -> _Parts:
    yield Text()
    yield Block(text, style)
