"""What can become of one check, and who must act on it."""

from __future__ import annotations

import enum

__all__ = ["Verdict"]


class Verdict(enum.StrEnum):
    """Outcome of one check. Only `PASSED` earns points; anything unreadable is `ERRORED`."""

    PASSED = "passed"
    """Nobody has to act."""
    FAILED = "failed"
    """The student: the code does something else, raised, or ended its process."""
    NOT_IMPLEMENTED = "not_implemented"
    """The student: this part of the stub is still to be written."""
    ERRORED = "errored"
    """Staff: the grader itself had trouble; worth nothing until it is graded again."""
    TIMED_OUT = "timed_out"
    """The student: the code did not come back in time."""
    FORBIDDEN = "forbidden"
    """The student: the code uses what this exercise rebuilds."""
    SKIPPED = "skipped"
    """The student, elsewhere: what this check builds on did not pass, or cannot run here."""

    @property
    def is_wrong(self) -> bool:
        """Whether the code that is there does something that is to be put right."""
        return self in {Verdict.FAILED, Verdict.TIMED_OUT, Verdict.FORBIDDEN}
