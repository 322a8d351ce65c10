"""Hold what a probe counted (operators, elements, reads) against what is allowed.

A budget is exact and the same on every machine, so it can say to a student what a clock cannot:
"one step ran 384 tensor operations per parameter; 6 are allowed". It teaches. What is counted
is counted in the student's own process, so where a cheat would pay, the clock decides.
"""

from __future__ import annotations

from typing import Any

from autograder.course import phrases
from autograder.judging.comparison import Mismatch
from autograder.language import tr, trn

__all__ = ["assert_budget"]


def assert_budget(
    actual: Any, *, at_most: float, told: str, count: float = 1, hint: str | None = None
) -> None:
    """Require that *actual* is at most *at_most* for each of *count*.

    Args:
        actual: A count that a probe returned (`autograder.probing.Operations.summary`).
        at_most: How many are allowed for each of *count*.
        told: What happened, with `{}` for the number of each, as in
            `"one step ran {} tensor operations per parameter"`.
        count: How many parameters, batches or elements share the work.
        hint: Replaces the check's own hint when the budget does not suffice.

    Raises:
        Mismatch: If it is more, or no count at all.
    """
    told, hint = phrases.told(told), hint and phrases.told(hint)
    if type(actual) not in (int, float) or not actual >= 0:
        counted = tr("{told}: what was counted is no number", told=told.replace("{}", "?"))
        raise Mismatch(counted, hint=hint)
    allowed = trn(
        "{most} is allowed", "{most} are allowed", 1 if at_most == 1 else 2, most=f"{at_most:g}"
    )
    happened = told.replace("{}", f"{actual / count:.3g}")
    if actual > at_most * count:
        raise Mismatch(f"{happened}; {allowed}", hint=hint)
