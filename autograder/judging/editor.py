"""Plain `pytest assignments/optimizer`: open the student's own file for the public suite.

Same fork server, same cage (the best level that this machine gives), no judge process:
the person who runs it is the student.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from autograder.course.exercise import Exercise
from autograder.errors import UserError
from autograder.judging.implementation import Submitted
from autograder.judging.loading import limits_of, load_message
from autograder.sandbox.custody import ForkServer, SandboxError
from autograder.submission.intake import Ungradable, take_in

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["close", "open_submission"]

_SERVER = pytest.StashKey[ForkServer]()


def open_submission(folder: Path, config: pytest.Config) -> Submitted:
    """Return the submission in *folder* (`optimizer.py` beside `public/`)."""
    try:
        exercise = Exercise.load(folder, folder)
        taken = take_in(folder, exercise)
        if _SERVER not in config.stash:
            config.stash[_SERVER] = ForkServer()
    except Ungradable as error:
        pytest.exit(error.problem.sentence, returncode=1)
    except (UserError, SandboxError) as error:
        pytest.exit(str(error), returncode=1)
    load = load_message(taken, exercise, folder / "public")
    control = config.stash[_SERVER].control
    return Submitted(control, limits_of(exercise), load, exercise.limits.seconds)


def close(config: pytest.Config) -> None:
    """End the fork server of a plain run."""
    if _SERVER in config.stash:
        config.stash[_SERVER].close()
