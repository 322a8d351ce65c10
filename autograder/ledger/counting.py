"""Which of one student's attempts at one exercise counts, and what being late costs it.

Pure functions: the course's rules may change, and what was taken in stays as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from autograder.course.rules import Counts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from autograder.course.rules import Rules
    from autograder.results.graded import Graded

__all__ = ["counted"]


def counted(attempts: Iterable[tuple[bool, Graded]], rules: Rules) -> tuple[Graded, ...]:
    """Return *attempts*, oldest first, with the one marked that counts.

    A deadline applies to an attempt only where it is known when it was handed in. What could not
    be judged uses no attempt up, and counts, for nothing, only where nothing else does. What the
    grader had trouble with does not count until it is graded again.

    Args:
        attempts: For each whether the time of handing in is known, and the attempt.
        rules: What the course says.
    """
    marked = tuple(_marked(attempts, rules))
    eligible = [
        at
        for at, one in enumerate(marked)
        if not (one.over_limit or one.report.errored or (one.late and rules.refuses_late))
    ]
    judged = [at for at in eligible if marked[at].report.gradable] or eligible
    if not judged:
        return marked
    chosen = judged[-1]
    if rules.counts is Counts.BEST:
        chosen = max(judged, key=lambda at: (marked[at].earned, -at))  # the first of equals
    return tuple(msgspec.structs.replace(one, counts=at == chosen) for at, one in enumerate(marked))


def _marked(attempts: Iterable[tuple[bool, Graded]], rules: Rules) -> Iterator[Graded]:
    used = 0
    for has_time, one in attempts:
        is_late = has_time and rules.is_late(one.exercise, one.received_at)
        yield msgspec.structs.replace(
            one,
            late=is_late,
            over_limit=rules.attempts is not None and used >= rules.attempts,
            share=rules.share(one.exercise, one.received_at) if is_late else 1.0,
        )
        used += one.report.gradable and not one.report.errored
