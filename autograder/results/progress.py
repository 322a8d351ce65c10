"""Show on a terminal how far a suite is; keep silent everywhere else."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console

__all__ = ["progress_bar"]


@contextlib.contextmanager
def progress_bar(
    console: Console, title: str, *, remaining: bool = False
) -> Iterator[Callable[[int, int, object], None]]:
    """Show a bar on *console* meanwhile; give the function that moves it: (done, of, thing).

    A thing that is text takes the title's place. Where it takes long, *remaining* says how long.
    """
    title_column = TextColumn("{task.description}", markup=False)
    bar_columns = (BarColumn(bar_width=20), MofNCompleteColumn())
    columns: tuple[ProgressColumn | str, ...] = (title_column, *bar_columns, TimeElapsedColumn())
    if remaining:
        columns = (*bar_columns, TimeRemainingColumn(), "left", title_column)
    bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
    with bar:
        task = bar.add_task(title, total=None)

        def move(done: int, of: int, thing: object) -> None:
            words = thing if isinstance(thing, str) else title
            bar.update(task, completed=done, total=of, description=words)

        yield move
