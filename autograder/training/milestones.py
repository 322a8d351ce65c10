"""What `grade train` can run, one milestone for each track, and which of them a student has reached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from autograder.course.exercise import Track
from autograder.errors import UnknownExerciseError
from autograder.training import coretrack, internalstrack, lessontrack
from autograder.training.student import Lack, Part, PieceError

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import nn

    from autograder.results.curves import Measured
    from autograder.training.digits import Digits
    from autograder.training.loop import Run
    from autograder.training.student import Student

__all__ = ["MILESTONES", "Following", "Milestone", "furthest"]


@dataclass(frozen=True, kw_only=True)
class Milestone:
    """A training with the pieces of one track, and of those before it."""

    track: Track
    parts: tuple[Part, ...]
    shuffled: bool
    """Whether each epoch has an order of its own."""
    scheduled: bool
    """Whether the learning rate changes from step to step."""
    build: Callable[[Student, Digits, nn.Module, int], Run]
    try_out: Callable[[Student, Run, Digits], None]
    train_epoch: Callable[[Student, Run, Digits, int], Measured]

    def lacks(self, student: Student) -> tuple[Lack, ...]:
        """Return what is missing, as far as that is seen without running anything."""
        return tuple(lack for part in self.parts if (lack := student.lack(part)))


class Following(msgspec.Struct, frozen=True, kw_only=True):
    """The milestone after the one that runs, and what it waits for."""

    milestone: Track
    lacks: tuple[Lack, ...]


MILESTONES = {
    Track.CORE: Milestone(
        track=Track.CORE,
        parts=coretrack.PARTS,
        shuffled=False,
        scheduled=False,
        build=coretrack.build,
        try_out=coretrack.try_out,
        train_epoch=coretrack.train_epoch,
    ),
    Track.LESSON: Milestone(
        track=Track.LESSON,
        parts=lessontrack.PARTS,
        shuffled=True,
        scheduled=False,
        build=lessontrack.build,
        try_out=lessontrack.try_out,
        train_epoch=lessontrack.train_epoch,
    ),
    Track.INTERNALS: Milestone(
        track=Track.INTERNALS,
        parts=internalstrack.PARTS,
        shuffled=True,
        scheduled=True,
        build=internalstrack.build,
        try_out=internalstrack.try_out,
        train_epoch=internalstrack.train_epoch,
    ),
}
"""From the first to the last."""


def furthest(
    student: Student, attempt: Callable[[Milestone], None]
) -> tuple[Milestone, Following | None]:
    """Return the last milestone whose pieces are all there and survive *attempt*, and the next.

    Raises:
        PieceError: If not even the first one does; the sentence says which piece it is.
    """
    following = None
    for milestone in reversed(MILESTONES.values()):
        try:
            lacks = milestone.lacks(student)
        except UnknownExerciseError:
            continue  # a course need not have all tracks
        if not lacks:
            try:
                attempt(milestone)
            except PieceError as error:
                lacks = (Lack(exercise=error.exercise, why=str(error)),)
            else:
                return milestone, following
        following = Following(milestone=milestone.track, lacks=lacks)
    first = MILESTONES[Track.CORE]
    attempt(first)  # raises what is wrong with it
    return first, following
