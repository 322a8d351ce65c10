"""Hand in through nbgrader's exchange, and fetch feedback from it.

A student's server on a Hub has the public half of the course and an exchange. Handing in there must
be nbgrader's own: its cache on the student's side is what `fetch_feedback` looks feedback up by.
"""

from __future__ import annotations

import contextlib
import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from autograder.errors import UserError
from autograder.language import tr, trn

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Exchange", "HandedIn", "find_exchange"]


class HandedIn(msgspec.Struct, frozen=True, kw_only=True):
    """What nbgrader has taken in."""

    course: str
    assignment: str
    at: str

    def in_words(self) -> str:
        """Return what happened, and what comes next."""
        done = tr(
            "Handed in through nbgrader: {assignment!r} of the course {course!r}, {at}.",
            assignment=self.assignment,
            course=self.course,
            at=self.at,
        )
        ahead = tr("Once it is graded and released, 'grade feedback' shows what came back.")
        return f"{done}\n{ahead}"


def find_exchange(folder: Path) -> Exchange | None:
    """Return the exchange for the assignment in *folder*; None where nbgrader has none here.

    Args:
        folder: The student's folder of an assignment, as nbgrader fetched it.
    """
    try:
        from nbgrader.apps import NbGrader
        from nbgrader.exchange import ExchangeFactory
    except ImportError:
        return None
    with _in_folder(folder.parent), _quiet():
        app = NbGrader()
        app.load_config_file()
        config = app.config
    exchange = ExchangeFactory(config=config)
    root = getattr(exchange.submit(config=config), "root", None)  # other exchanges have no folder
    if root is not None and not Path(root).is_dir():
        return None
    return Exchange(folder, config, exchange, Path(root) if root else None)


class Exchange:
    """nbgrader's exchange, for the assignment in one *folder* of a student's."""

    def __init__(self, folder: Path, config: Any, factory: Any, root: Path | None) -> None:
        self.folder = folder
        self._config = config
        self._factory = factory
        self._root = root

    def hand_in(self) -> HandedIn:
        """Submit the whole folder, as `nbgrader submit` does.

        Raises:
            UserError: If nbgrader refuses; the sentence is its own.
        """
        submit = self._make("Submit")
        self._start(submit)
        facts = submit.coursedir
        return HandedIn(
            course=facts.course_id, assignment=facts.assignment_id, at=str(submit.timestamp)
        )

    def fetch_feedback(self) -> Path | None:
        """Fetch what was released, and return the newest page; None if there is none yet.

        Raises:
            UserError: If nbgrader refuses.
        """
        self._start(self._make("FetchFeedback"))
        pages = sorted(self.folder.glob("feedback/*/*.html"), key=lambda page: page.parent.name)
        return pages[-1] if pages else None

    def _make(self, kind: str) -> Any:
        from nbgrader.auth import Authenticator
        from nbgrader.coursedir import CourseDirectory

        config = self._config
        coursedir = CourseDirectory(config=config)
        coursedir.assignment_id = self.folder.name
        coursedir.course_id = coursedir.course_id or self._course()
        step = getattr(self._factory, kind)(
            coursedir=coursedir, authenticator=Authenticator(config=config), config=config
        )
        nested = getattr(step, "path_includes_course", False)
        step.assignment_dir = str(self.folder.parent.parent if nested else self.folder.parent)
        return step

    def _course(self) -> str:
        """Return the only course that has released an assignment of this name."""
        found = list(self._root.glob(f"*/outbound/{self.folder.name}")) if self._root else []
        if not found:
            raise UserError(
                tr(
                    "nbgrader's exchange has no course with an assignment {name!r}; hand in from "
                    "the folder that you fetched, or set c.CourseDirectory.course_id.",
                    name=self.folder.name,
                )
            )
        if len(found) > 1:
            raise UserError(
                trn(
                    "nbgrader's exchange has {n} course with an assignment {name!r}; hand in from "
                    "the folder that you fetched, or set c.CourseDirectory.course_id.",
                    "nbgrader's exchange has {n} courses with an assignment {name!r}; hand in from "
                    "the folder that you fetched, or set c.CourseDirectory.course_id.",
                    len(found),
                    name=self.folder.name,
                )
            )
        return found[0].parents[1].name

    def _start(self, step: Any) -> None:
        from nbgrader.exchange import ExchangeError

        try:
            with _in_folder(Path(step.assignment_dir)), _quiet():
                step.start()
        except ExchangeError as error:
            raise UserError(tr("nbgrader did not take it: {error}", error=error)) from error
        except (OSError, RuntimeError) as error:
            raise UserError(tr("nbgrader's exchange failed: {error}", error=error)) from error


@contextlib.contextmanager
def _in_folder(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep nbgrader's log off the terminal; what matters is said in one sentence."""
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
