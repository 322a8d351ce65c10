"""The course's secret: it seeds every input and seals every report, and is never shown."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING

from autograder.errors import UserError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["course_secret"]


def course_secret(root: Path) -> bytes:
    """Return the course's secret, made at the first need and never shown.

    Raises:
        UserError: If there is none and none can be written.
    """
    given = os.environ.get("TORCHGRADE_SECRET")
    if given:
        return given.encode()
    path = root / "solutions" / ".secret"
    try:
        return path.read_bytes()
    except FileNotFoundError:
        pass
    except OSError as error:
        raise UserError(f"The course's secret {path} cannot be read: {error.strerror}.") from error
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    except OSError as error:
        raise UserError(
            f"The course has no secret, and {path} cannot be written ({error.strerror}); "
            f"set TORCHGRADE_SECRET."
        ) from error
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(32))
    return path.read_bytes()
