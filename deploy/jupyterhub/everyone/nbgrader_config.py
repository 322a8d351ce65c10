"""Where the exchange is, and which course is taught: the same for students and teachers."""

import os

c = get_config()  # noqa: F821 - traitlets gives it to this file

c.Exchange.root = os.environ.get("TORCHGRADE_EXCHANGE", "/srv/nbgrader/exchange")
c.CourseDirectory.course_id = os.environ.get("TORCHGRADE_CLASS", "course101")
