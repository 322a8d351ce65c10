"""Show on a terminal how far a suite is; keep silent everywhere else."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console

__all__ = ["progress_bar"]


@contextlib.contextmanager
def progress_bar(console: Console, title: str) -> Iterator[Callable[[int, int, object], None]]:
    """Show a bar on *console* meanwhile; give the function that moves it: (done, of, thing)."""
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
    with bar:
        task = bar.add_task(title, total=None)
        yield lambda done, of, _thing: bar.update(task, completed=done, total=of)
