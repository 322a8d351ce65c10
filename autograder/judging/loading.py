"""What a worker is told about a submission: its files, the probes, and what it may reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograder.errors import CourseError
from autograder.sandbox.limits import WorkerLimits
from autograder.sandbox.wire import Load
from autograder.submission.policy import ALLOWED

if TYPE_CHECKING:
    from pathlib import Path

    from autograder.course.exercise import Exercise
    from autograder.submission.intake import Submission

__all__ = ["limits_of", "load_message"]


def load_message(submission: Submission, exercise: Exercise, suite: Path) -> Load:
    """Return the message that loads *submission* and the probes of *suite* in a worker.

    Raises:
        CourseError: If the suite has no probes.
    """
    try:
        probes = (suite / "probes.py").read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise CourseError(f"The suite of {exercise.id!r} has no probes.py.") from error
    return Load(
        files=submission.files,
        names=exercise.names,
        probes=probes,
        imports=(*ALLOWED, *exercise.policy.imports),
        forbidden=exercise.policy.forbidden,
    )


def limits_of(exercise: Exercise) -> WorkerLimits:
    """Return the kernel's limits for a worker of *exercise*."""
    limits = exercise.limits
    return WorkerLimits(
        memory_mb=limits.memory_mb,
        scratch_mb=limits.scratch_mb,
        processes=limits.processes,
        open_files=limits.open_files,
        output_kb=limits.output_kb,
        allow=exercise.allow,
    )
