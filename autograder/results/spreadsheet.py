"""Write tables as CSV that a spreadsheet opens without obeying what a student wrote.

A cell that begins like a formula is run by spreadsheets (OWASP, "CSV Injection"): it gets an
apostrophe in front, which a spreadsheet shows as text.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from typing import TYPE_CHECKING

from autograder.results.printable import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["cell", "to_csv"]

_BEGINS_A_FORMULA = ("=", "+", "-", "@")
_LONGEST = 4000


def to_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table as CSV, a header and *rows*."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(map(cell, header))
    writer.writerows([cell(value) for value in row] for row in rows)
    return text.getvalue()


def cell(value: object) -> str:
    """Return *value* as what may stand in a cell; None is empty, numbers are numbers."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{round(value, 6):.15g}"
    text = one_line(str(value), columns=_LONGEST)
    begin = unicodedata.normalize("NFKC", text[:1])  # wide signs are obeyed, too
    return f"'{text}" if begin.startswith(_BEGINS_A_FORMULA) else text
