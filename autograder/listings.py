"""Print what commands find, apart from reports: what is handed in, audits, findings."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from autograder.language import tr
from autograder.results.layout import Block, Symbols, points

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from rich.console import Console

    from autograder.audit import ExerciseAudit
    from autograder.course.workspace import HandIn
    from autograder.doctor import Finding
    from autograder.results.margins import Calibration

__all__ = ["print_audits", "print_findings", "print_hand_in", "print_margins"]


def print_hand_in(files: Iterable[HandIn], console: Console) -> None:
    """Print name, size and digest of each file."""
    table = Table.grid(padding=(0, 2))
    for file in files:
        digest = Text(file.digest[: len("sha256:") + 16], "dim")
        size = tr("{size:,} bytes", size=file.bytes)
        table.add_row(tr("Handing in"), Text(file.name, "bold"), size, digest)
    console.print(table)


def print_audits(audits: Sequence[ExerciseAudit], console: Console) -> None:
    """Print what each exercise has and what of it holds, as a table; then what is to be done."""
    symbols = Symbols(ascii_only=console.options.ascii_only)
    counted = ("checks", "mistakes", "caught", "told", "spellings", "points", "minutes", "seconds")
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="dim")
    table.add_column(Text("  exercise", "dim"), no_wrap=True)
    for name in counted:
        table.add_column(name, justify="right", no_wrap=True)
    for audit in audits:
        sign, style = (symbols.tick, "green") if audit.sound else (symbols.cross, "red")
        table.add_row(Text(f"{sign} {audit.exercise}", style), *_audit_cells([audit]))
    if len(audits) > 1:
        table.add_section()
        table.add_row("  together", *_audit_cells(audits), style="bold")
    console.print(table)
    for audit in audits:
        if audit.findings or audit.to_fill:
            console.print(Text(), Text(audit.exercise, "bold"), sep="\n")
        for finding in audit.findings:
            console.print(Block(finding, margin=f"{symbols.cross} "))
        for place in audit.to_fill if audit.draft else ():
            console.print(Block(f"still to fill: {place}", "yellow", margin=f"{symbols.empty} "))


def _audit_cells(audits: Sequence[ExerciseAudit]) -> Iterator[Text]:
    """Yield the numbers of one exercise, or those of many added up; what is too few is red."""

    def total(name: str) -> float:
        return float(sum(getattr(audit, name) for audit in audits))

    low, high = (sum(audit.minutes[i] for audit in audits) for i in (0, 1))
    for name, most in (
        ("checks", "checks"),
        ("mistakes", "mistakes"),
        ("caught", "mistakes"),
        ("told", "mistakes"),
        ("accepted", "spellings"),
    ):
        is_short = total(name) < total(most)
        said = f"{total(name):g}/{total(most):g}" if is_short else f"{total(name):g}"
        yield Text(said, "bold red" if is_short else "")
    yield Text(points(total("points")))
    yield Text(f"{low}-{high}")
    yield Text(f"{total('seconds'):.0f}")


def print_margins(calibrations: Iterable[Calibration], pictures: Path, console: Console) -> None:
    """Print every estimate beside its limit, and which limits are too tight or too loose."""
    symbols = Symbols(ascii_only=console.options.ascii_only)
    for calibration in calibrations:
        for margin in calibration.margins:
            console.print(Text(f"{calibration.exercise}: {margin.check}", "bold"))
            table = Table(f"times of {margin.reference}", "idle", "", "under load", "", box=None)
            for estimate in sorted(margin.estimates, key=lambda e: (not e.is_right, e.medians)):
                cells = [*_spread(estimate.idle), *_spread(estimate.loaded)]
                table.add_row(estimate.name, *cells, style="" if estimate.is_right else "red")
            table.add_row("limit", f"{margin.limit:g}", "", f"{margin.limit:g}", style="bold")
            console.print(table)
            for said in margin.findings or ("The limit has room on both sides.",):
                _print_verdict(not margin.findings, said, symbols, console)
        picture = pictures / f"{calibration.exercise}.png"
        console.print(Block(f"Drawn in {picture}; measured {calibration.measured_at}.", "dim"))


def _spread(values: Sequence[float]) -> tuple[str, str]:
    """Return the median of *values*, and the smallest and largest, if there are any."""
    if not values:
        return "", ""
    return f"{statistics.median(values):.3g}", f"{min(values):.3g} to {max(values):.3g}"


def print_findings(findings: Iterable[Finding], console: Console) -> None:
    """Print what works here, and what to do about what does not."""
    symbols = Symbols(ascii_only=console.options.ascii_only)
    for finding in findings:
        _print_verdict(finding.ok, f"{finding.name}: {finding.detail}", symbols, console)
        if finding.remedy and not finding.ok:
            console.print(Block(finding.remedy, "cyan", margin="    "))


def _print_verdict(is_right: bool, said: str, symbols: Symbols, console: Console) -> None:
    sign, style = (symbols.tick, "green") if is_right else (symbols.cross, "red")
    console.print(Block(said, style, margin=f"{sign} "))
