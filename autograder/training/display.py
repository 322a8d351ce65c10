"""Show a training on the terminal: whose pieces run, every epoch as it ends, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from autograder.course.exercise import Track
from autograder.results.layout import Block, bar, count

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from autograder.results.curves import Epoch
    from autograder.training.milestones import Following
    from autograder.training.session import Session, TrainingResult

__all__ = ["show_training"]


def show_training(session: Session, out: Path, console: Console) -> TrainingResult:
    """Run *session*, which draws into *out*, and print what happens.

    Raises:
        UserError: If a piece does not work after all; the sentence says which.
    """
    _print_pieces(session, console)
    table = _epochs()
    with Live(table, console=console, auto_refresh=False) as live:

        def show(epoch: Epoch) -> None:
            _add(table, epoch)
            left = epoch.epoch < session.epochs
            way = (Text(), bar(epoch.epoch, session.epochs)) if left else ()
            live.update(Group(table, *way), refresh=True)

        result = session.run(out, show)
    _print_end(result, len(session.digits.x_valid), console)
    return result


def _print_pieces(session: Session, console: Console) -> None:
    """Print which training this is, and whose code does what in it."""
    digits = session.digits
    learnt = f"learns {len(digits.x):,} of {digits.name} in {count(session.epochs, 'epoch')}"
    said = f"your code {learnt}, and is tested on {len(digits.x_valid):,} others."
    console.print(Block(f"Milestone {session.milestone.track}: {said}"))
    table = Table("your file", "what it gives", "in torch's own run", box=None, pad_edge=False)
    for piece in session.pieces:
        torchs = piece.instead_of.replace("torch.", "")  # `nn.Linear` is enough, and fits
        table.add_row(Text(piece.file.name, "bold"), Text(piece.name), Text(torchs))
    console.print(Text(), table, Text(), sep="\n")


def _epochs() -> Table:
    """Return the table that every epoch gets a row in."""
    table = Table(box=None, pad_edge=False)
    heads = ("", "loss", "", "accuracy", "", "torch's")
    columns = ("epoch", "training", "validation", "training", "validation", "validation")
    for head, column in zip(heads, columns, strict=True):
        table.add_column(f"{head}\n{column}", justify="right")
    return table


def _add(table: Table, epoch: Epoch) -> None:
    yours, torchs = epoch.yours, epoch.torchs
    table.add_row(
        str(epoch.epoch),
        f"{yours.train_loss:.4f}",
        f"{yours.valid_loss:.4f}",
        f"{yours.train_accuracy:.1%}",
        Text(f"{yours.valid_accuracy:.1%}", "bold"),
        Text(f"{torchs.valid_accuracy:.1%}", "dim"),
    )


def _print_end(result: TrainingResult, digits: int, console: Console) -> None:
    """Print how good it became, where the picture is, and what comes next."""
    said = f"Your code recognises {result.accuracy:.1%} of {digits:,} digits that it never saw"
    torchs = f"torch {result.torch_accuracy:.1%}."
    style = "bold green" if result.parted is None else "bold yellow"
    console.print(Text(), Block(f"{said}; {torchs}", style), sep="\n")
    if result.parted is not None:
        where = f"The two runs part in epoch {result.parted}"
        console.print(Block(f"{where}: something of yours does not do what torch's does."))
    console.print(Block(f"Both runs are drawn in {result.picture}"))
    if result.following:
        _print_following(result.following, console)
    elif result.milestone is Track.INTERNALS:
        console.print(Block("That was the last milestone."))


def _print_following(following: Following, console: Console) -> None:
    """Print what the next milestone waits for, one line for each reason."""
    console.print(Text(), Text(f"The next milestone, {following.milestone}, waits:"), sep="\n")
    reasons: dict[str, list[str]] = {}
    for lack in following.lacks:
        names = f" ({', '.join(lack.names)})" if lack.names else ""
        reasons.setdefault(lack.why, []).append(f"{lack.exercise}{names}")
    for why, exercises in reasons.items():
        said = why if why.endswith(".") else f"{why}: {', '.join(exercises)}"
        console.print(Block(said, margin="  ", hanging="    "))
