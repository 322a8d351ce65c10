"""What the ledger says of a class, put out: a survey of it, or its grades for other tools."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from autograder.course.rules import Rules
from autograder.errors import LedgerError, UserError
from autograder.exports.formats import FORMATS
from autograder.ledger.opening import place_of
from autograder.ledger.store import Ledger
from autograder.results.files import write_whole
from autograder.results.layout import count
from autograder.survey.surveying import survey
from autograder.survey.tables import to_tables

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from autograder.course.catalog import Catalog
    from autograder.course.exercise import Exercise
    from autograder.results.graded import Graded
    from autograder.survey.facts import Survey

__all__ = ["Exported", "export_class", "keep", "survey_class"]


class Exported(msgspec.Struct, frozen=True, kw_only=True):
    """What an export wrote."""

    format: str
    folder: Path
    files: tuple[Path, ...]
    attempts: int
    """How many attempts count."""
    without: int
    """For how many students and exercises no attempt counts."""

    def in_words(self) -> str:
        """Return it as a sentence or two."""
        wrote = f"Wrote {count(len(self.files), 'file')} with {count(self.attempts, 'grade')}"
        said = f"{wrote} to {self.folder}."
        if self.without:
            said += f" {count(self.without, 'grade')} more would be of attempts that do not count."
        return said


def survey_class(catalog: Catalog, named: str | None, exercises: Sequence[Exercise]) -> Survey:
    """Survey what the ledger, or the one *named*, has of *exercises*, or of all.

    Raises:
        UserError: If there is no ledger, or no report in it.
    """
    titles = {exercise.id: exercise.title for exercise in catalog.everything}
    with _existing(catalog, named) as ledger:
        found = survey(_graded(ledger, exercises), titles)
    if not found.exercises:
        raise UserError(_nothing(exercises))
    return found


def export_class(
    catalog: Catalog, named: str | None, exercises: Sequence[Exercise], form: str, out: Path | None
) -> Exported:
    """Write the grades of *exercises*, or of all, to the folder *out* in the form *form*.

    Without *out* they go to `out/export/<form>`.

    Raises:
        UserError: If there is no ledger, no report in it, or the folder cannot be written.
    """
    out = out or Path("out", "export", form)
    counts: dict[tuple[str, str], bool] = {}
    written: list[Path] = []
    with _existing(catalog, named) as ledger:

        def noted() -> Iterator[Graded]:
            for one in _graded(ledger, exercises):
                key = one.exercise, one.student
                counts[key] = counts.get(key, False) or one.counts
                yield one
            if not counts:
                raise UserError(_nothing(exercises))

        for place, text in FORMATS[form](noted(), ledger.rules):
            written.append(out / place)
            _write(written[-1], text)
    return Exported(
        format=form,
        folder=out,
        files=tuple(written),
        attempts=sum(counts.values()),
        without=sum(not has_one for has_one in counts.values()),
    )


def keep(found: Survey, *, page: Path | None, tables: Path | None) -> Iterator[str]:
    """Write *found* as an HTML page, as CSV files in the folder *tables*; yield what was written."""
    if page:
        from autograder.survey.page import to_page

        _write(page, to_page(found, f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"))
        yield f"The page is {page}."
    if tables:
        files = to_tables(found)
        for name, text in files.items():
            _write(tables / name, text)
        yield f"{', '.join(files)} are in {tables}."


def _existing(catalog: Catalog, named: str | None) -> Ledger:
    """Open a ledger that is there; reading makes none."""
    rules = Rules.of(catalog)
    where = place_of(catalog, rules, named)
    if "://" not in where and not Path(where).is_file():
        raise LedgerError(f"There is no ledger at {where!r} yet; 'grade class DIR' makes one.")
    return Ledger(where, rules)


def _graded(ledger: Ledger, exercises: Sequence[Exercise]) -> Iterator[Graded]:
    """Yield every attempt that has a report; those of one exercise come in a row."""
    if not exercises:
        yield from ledger.graded()
    for exercise in dict.fromkeys(exercise.id for exercise in exercises):
        yield from ledger.graded(exercise)


def _nothing(exercises: Sequence[Exercise]) -> str:
    of = f" of {' or '.join(repr(e.id) for e in exercises)}" if exercises else ""
    return f"The ledger has no report{of} yet; 'grade class DIR' grades what was handed in."


def _write(path: Path, text: str) -> None:
    """Write a file as a whole or not at all.

    Raises:
        UserError: If it cannot be written.
    """
    try:
        write_whole(path, text)
    except OSError as error:
        raise UserError(f"{str(path)!r} cannot be written: {error.strerror}.") from error
