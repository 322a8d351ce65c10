"""Put a report into words, as a good teacher would: the cause first, one thing at a time.

Whatever student code had a hand in goes through `printable` and is shown as plain text, set in
from the margin, so that it cannot pass for a sentence of ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from rich.cells import cell_len
from rich.columns import Columns
from rich.console import Group
from rich.table import Table
from rich.text import Text

from autograder.language import tr, trn
from autograder.results.badge import badge, strip
from autograder.results.layout import Block, Symbols, bar, listed
from autograder.results.printable import first_line
from autograder.results.spark import in_lines
from autograder.results.story import Setting, tell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console, RenderableType

    from autograder.results.report import Report
    from autograder.results.story import Finding, Line, Story

__all__ = ["FORMATS", "Setting", "to_json", "to_terminal"]

_STRIP = 56
_OTHERS = 8  # one thing at a time: more than this is a wall
_Parts: TypeAlias = "Iterator[RenderableType]"


def to_terminal(report: Report, console: Console, setting: Setting) -> None:
    """Print *report* on *console*."""
    symbols = Symbols(ascii_only=console.options.ascii_only)
    writer = _Writer(tell(report, setting), console.width, symbols, verbose=setting.verbose)
    console.print(Group(*(writer.ungradable() if writer.story.problem else writer.judged())))


def to_json(report: Report, console: Console, _setting: Setting) -> None:
    """Print *report* as JSON, without what only staff may see."""
    console.out(report.for_student().to_json(), highlight=False)


FORMATS: dict[str, Callable[[Report, Console, Setting], None]] = {
    "json": to_json,
    "terminal": to_terminal,
}


class _Writer:
    """Yields the feedback piece by piece; each method is one thing that it says, or nothing."""

    def __init__(self, story: Story, width: int, symbols: Symbols, *, verbose: bool) -> None:
        self.story = story
        self.width = width
        self.symbols = symbols
        self.verbose = verbose

    def ungradable(self) -> _Parts:
        """Say in one sentence, with the line, why nothing could be judged."""
        yield Block(tr("{title} (not graded)", title=self.story.title), "bold")
        if problem := self.story.problem:
            yield Block(problem.message, "red", margin="  ")
            yield from self._line(problem.line)
            yield from self._output(problem.output)
        yield Block(
            tr("Nothing is lost, and no attempt is used; put it right and try again."), "dim"
        )
        yield from self._notices()

    def judged(self) -> _Parts:
        """Tell everything, from the whole to the single check."""
        story = self.story
        yield self._header()
        yield from self._rows()
        yield from self._told()
        yield from self._speeds()
        if story.praise:
            said = f"{self.symbols.tick} {story.praise} {story.next_step}"
            yield from _after_a_gap(said.rstrip(), "bold green")
        else:
            yield from self._known()
            yield from self._findings()
            yield from self._waiting()
            yield from self._unwritten()
            yield from self._trouble()
        yield from self._passed()
        yield from self._notices()
        if story.next_step and not story.praise:
            yield from _after_a_gap(story.next_step, "dim")

    def _header(self) -> RenderableType:
        story = self.story
        shown = Table.grid(padding=(0, 2))
        shown.add_row(bar(story.done, story.of), Text(story.score, style="bold", no_wrap=True))
        title = Text(story.title, style="bold")
        fits = cell_len(story.title) + 26 + len(story.score) <= self.width
        return Columns([title, shown], padding=(0, 2)) if fits else Group(title, shown)

    def _rows(self) -> _Parts:
        for row in self.story.rows:
            earned = f"{row.earned:<10}" if row.earned else ""
            checks = tr("{done} of {of} checks", done=row.done, of=row.of) if row.of else ""
            cells = (f"  {row.part:<{self._wide}}", earned, checks)
            yield Block("  ".join(cell for cell in cells if cell), "cyan")

    @property
    def _wide(self) -> int:
        return max((len(row.part) for row in self.story.rows), default=0)

    def _told(self) -> _Parts:
        if self.story.told:
            yield Block(self.story.told, "dim", margin="  ")

    def _speeds(self) -> _Parts:
        for speed in self.story.speeds:
            margin = f"  {'':<{self._wide}}  "
            yield Block(badge(speed), margin=margin)
            room = min(_STRIP, max(self.width - len(margin), 1))
            yield Block(strip(speed, room, self.symbols), "cyan", margin=margin)

    def _known(self) -> _Parts:
        for known in self.story.known:
            said = tr("Your code behaves like this known mistake:")
            yield from _after_a_gap(f"{said} {known.sentence}", "bold yellow")
            if known.explains:
                said = tr("It explains: {titles}", titles=listed(known.explains))
                yield Block(said, "dim", margin="  ")
        for known in self.story.known[-1:]:
            if known.leaves:
                said = tr("It does not explain: {titles}", titles=listed(known.leaves))
                yield Block(said, "dim", margin="  ")

    def _findings(self) -> _Parts:
        story = self.story
        if self.verbose:
            for finding in story.findings:
                yield from self._in_full(finding)
            return
        for first in story.findings[:1]:
            yield from self._in_full(first)
            yield from _same_end(first.alike)
            if story.follow:
                said = trn(
                    "{n} more check fails for the same reason.",
                    "{n} more checks fail for the same reason.",
                    story.follow,
                )
                yield Block(said, "dim", margin="    ")
        if story.findings[1:]:
            yield from _after_a_gap(tr("Also to put right:"), "bold")
        for finding in story.findings[1 : 1 + _OTHERS]:
            yield self._title(finding)
            if finding.message:
                line = first_line(finding.message).removesuffix(tr("; the worst:"))
                yield Block(line, margin="    ")
            yield from _same_end(finding.alike)
        if left := sum(1 + finding.alike for finding in story.findings[1 + _OTHERS :]):
            said = trn(
                "And {n} more; --verbose shows them all.",
                "And {n} more; --verbose shows them all.",
                left,
            )
            yield Block(said, "dim", margin="    ")

    def _title(self, finding: Finding) -> RenderableType:
        return Block(finding.title, "red", margin=f"  {self.symbols.cross} ")

    def _in_full(self, finding: Finding) -> _Parts:
        yield Text()
        yield self._title(finding)
        if finding.message:
            yield Block(finding.message, margin="    ")
        yield from self._line(finding.line)
        yield from self._output(finding.output)
        for line in in_lines(finding.picture, self.width - 4, self.symbols):
            yield Block(line, "cyan", margin="    ")
        for hint in finding.hints:
            yield Block(hint, "cyan", margin="    ")

    def _line(self, line: Line | None) -> _Parts:
        if line is None:
            return
        yield Block(line.place, "dim", margin="    ")
        margin = f"    {self.symbols.rule}"
        room = self.width - len(margin)
        if line.source:
            yield Block(first_line(line.source, columns=room), margin=margin)
        if line.caret and cell_len(line.caret) <= room:
            yield Block(line.caret, "red", margin=margin)

    def _output(self, output: str) -> _Parts:
        if output:
            yield Block(tr("Your code printed:"), "dim", margin="    ")
            rule = f"    {self.symbols.rule}"
            yield Block(output, margin=rule, hanging=rule)

    def _waiting(self) -> _Parts:
        if self.story.waiting:
            yield Text()
        for said in self.story.waiting:
            yield Block(said, "dim", margin=f"{self.symbols.dot} ")

    def _unwritten(self) -> _Parts:
        if self.story.unwritten:
            yield from _after_a_gap(tr("Still to write:"), "bold")
        for piece in self.story.unwritten:
            checks = trn("{n} check", "{n} checks", piece.checks)
            yield Block(f"{piece.text} ({checks})", margin=f"  {self.symbols.dot} ")

    def _trouble(self) -> _Parts:
        for said in self.story.trouble[:1]:
            yield from _after_a_gap(said, "bold magenta")
        for reason in self.story.trouble[1:]:
            yield Block(reason, "dim", margin="    ")
        if self.story.trouble:
            said = tr(
                "This is our fault, not yours. Nothing of yours is lost; it is to be graded again."
            )
            yield Block(said, margin="  ")

    def _passed(self) -> _Parts:
        passed = self.story.passed
        if self.verbose and passed:
            yield Text()
            for title in passed:
                yield Block(title, "green", margin=f"  {self.symbols.tick} ")
        elif passed and not self.story.praise:
            said = trn("{n} check passes.", "{n} checks pass.", len(passed))
            yield from _after_a_gap(f"{self.symbols.tick} {said}", "green")

    def _notices(self) -> _Parts:
        for notice in self.story.notices:
            yield from _after_a_gap(tr("Note: {notice}", notice=notice), "dim")


def _same_end(others: int) -> _Parts:
    """Say that one cause ended *others* in the same way."""
    if others:
        said = trn("{n} more check ends the same way.", "{n} more checks end the same way.", others)
        yield Block(said, "dim", margin="    ")


def _after_a_gap(text: str, style: str) -> _Parts:
    yield Text()
    yield Block(text, style)
