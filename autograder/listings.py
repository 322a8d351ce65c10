"""Print what commands find, apart from reports: what is handed in, audits, findings, training."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from autograder.results.layout import Block, Symbols, count, points

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console

    from autograder.audit import ExerciseAudit
    from autograder.course.workspace import HandIn
    from autograder.doctor import Finding
    from autograder.training import TrainingResult

__all__ = ["print_audits", "print_findings", "print_hand_in", "print_training"]


def print_hand_in(files: Iterable[HandIn], console: Console) -> None:
    """Print name, size and digest of each file."""
    table = Table.grid(padding=(0, 2))
    for file in files:
        digest = Text(file.digest[: len("sha256:") + 16], "dim")
        table.add_row("Handing in", Text(file.name, "bold"), f"{file.bytes:,} bytes", digest)
    console.print(table)


def print_audits(audits: Iterable[ExerciseAudit], console: Console) -> None:
    """Print what each exercise has, and what is wrong with it."""
    symbols = Symbols(ascii_only=console.options.ascii_only)
    for audit in audits:
        has = ", ".join(
            (
                count(audit.checks, "check"),
                count(audit.mistakes, "mistake"),
                count(audit.spellings, "spelling"),
                f"{points(audit.points)} points",
            )
        )
        _print_verdict(audit.sound, f"{audit.exercise}: {has}", symbols, console)
        for finding in audit.findings:
            console.print(Block(finding, margin=f"    {symbols.dot} "))


def print_findings(findings: Iterable[Finding], console: Console) -> None:
    """Print what works here, and what to do about what does not."""
    symbols = Symbols(ascii_only=console.options.ascii_only)
    for finding in findings:
        _print_verdict(finding.ok, f"{finding.name}: {finding.detail}", symbols, console)
        if finding.remedy and not finding.ok:
            console.print(Block(finding.remedy, "cyan", margin="    "))


def print_training(result: TrainingResult, console: Console) -> None:
    """Print loss and accuracy of every epoch, and how torch's own classes compare."""
    table = Table("epoch", "loss", "accuracy", box=None, pad_edge=False)
    for epoch in result.epochs:
        table.add_row(str(epoch.epoch), f"{epoch.loss:.4f}", f"{epoch.accuracy:.1%}")
    console.print(table)
    said = (
        f"Your code: {result.accuracy:.1%}. The same network in torch: {result.torch_accuracy:.1%}."
    )
    console.print(Text(), Block(said, "bold green"), sep="\n")
    console.print(Block(f"A picture of both is in {result.picture}"))


def _print_verdict(is_right: bool, said: str, symbols: Symbols, console: Console) -> None:
    sign, style = (symbols.tick, "green") if is_right else (symbols.cross, "red")
    console.print(Block(said, style, margin=f"{sign} "))
