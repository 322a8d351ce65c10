"""Where a teacher's course is, so that formgrader finds it from the home folder."""

import os
from pathlib import Path

c = get_config()  # noqa: F821 - traitlets gives it to this file

c.CourseDirectory.root = str(Path.home() / os.environ.get("TORCHGRADE_CLASS", "course101"))
