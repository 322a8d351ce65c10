"""The ledger as a shelf: what `grade class` has graded, formgrader need not grade again."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from autograder import __version__
from autograder.course.rules import Rules
from autograder.errors import UserError
from autograder.ledger.entries import Versions
from autograder.ledger.opening import place_of
from autograder.ledger.store import Ledger

if TYPE_CHECKING:
    from autograder.course.catalog import Catalog
    from autograder.course.exercise import Exercise
    from autograder.results.report import Report

__all__ = ["LedgerShelf", "ledger_of"]

_log = logging.getLogger(__name__)


class LedgerShelf:
    """Looks reports up in the ledger at *place*, and only reads there.

    A ledger that cannot be used is no reason not to grade: then there is simply no report.
    """

    def __init__(self, catalog: Catalog, place: str) -> None:
        self._catalog = catalog
        self._place = place

    def newest(self, digest: str, exercise: Exercise) -> Report | None:
        """Return the newest report on these files by the suite that is in force."""
        versions = Versions(self._catalog.digest(exercise), __version__)
        try:
            with Ledger(self._place) as ledger:
                return ledger.newest(digest, exercise.id, versions)
        except UserError as error:
            _log.warning("Nothing is taken from the ledger: %s", error)
            return None


def ledger_of(catalog: Catalog) -> LedgerShelf | None:
    """Return the shelf of the course's ledger; None where it has none, for none is made here."""
    place = place_of(catalog, Rules.of(catalog))
    is_there = "://" in place or Path(place).is_file()
    return LedgerShelf(catalog, place) if is_there else None
