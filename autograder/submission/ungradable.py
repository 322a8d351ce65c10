"""The one exception of this package: what was handed in cannot be judged at all.

It is not a `UserError`, since nobody sits at a terminal to put it right: it becomes a
report that says `gradable: false` and why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from autograder.results.report import Problem

if TYPE_CHECKING:
    from autograder.results.report import SubmittedFile, Where

__all__ = ["Ungradable", "refuse"]


class Ungradable(Exception):  # noqa: N818 - a fact about the submission, not an error of ours
    """A submission that cannot be judged, with what is known about it.

    Kinds of `problem`: missing, unreadable, not_a_file, link, too_big, empty, binary,
    encoding, syntax, nesting, name.
    """

    def __init__(
        self, problem: Problem, facts: tuple[SubmittedFile, ...] = (), digest: str = ""
    ) -> None:
        self.problem = problem
        self.facts = facts
        self.digest = digest
        super().__init__(problem.sentence)


def refuse(
    kind: str, sentence: str, *, where: Where | None = None, caret: int | None = None
) -> NoReturn:
    """Raise `Ungradable`; `take_in` adds the facts about the other files."""
    raise Ungradable(Problem(kind=kind, sentence=sentence, where=where, caret=caret))
