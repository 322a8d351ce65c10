"""A survey as one HTML page without scripts, in the look of feedback, for screen and paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autograder.results.layout import count, points
from autograder.results.markup import rendered, shown, style, whole_page
from autograder.results.printable import one_line
from autograder.survey.measures import FEWEST, TELLING
from autograder.survey.plots import draw_checks, draw_exercise, draw_overview, draw_speeds
from autograder.survey.wording import in_words, listed_attempts, percent, speed_in_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autograder.survey.facts import CheckFacts, ExerciseFacts, Survey

__all__ = ["to_page"]

_TITLE = "How the class did"


def to_page(survey: Survey, made_at: str) -> str:
    """Return *survey* as a page that stands alone; *made_at* says when."""
    fragment = rendered(
        "survey.html",
        css=style("feedback.css", "survey.css"),
        title=_TITLE,
        said=f"{count(survey.students, 'student')}, {count(survey.attempts, 'attempt')} at "
        f"{count(len(survey.exercises), 'exercise')}.",
        overview=shown(draw_overview(survey)) if len(survey.exercises) > 1 else None,
        exercises=[_exercise(one) for one in survey.exercises],
        few=FEWEST,
        telling=TELLING,
        footer=f"Made {one_line(made_at)} from the newest report of every attempt. No student is named here.",
    )
    return whole_page(_TITLE, fragment)


def _exercise(one: ExerciseFacts) -> Mapping[str, Any]:
    """Return what the template shows of one exercise."""
    judged = one.students - one.without
    checks = draw_checks(one.checks)
    most = max((mistake.students for mistake in one.mistakes), default=1)
    return {
        "id": one_line(one.exercise),
        "title": one_line(one.title),
        "students": one.students,
        "median": points(one.scores.median) if one.scores else "",
        "possible": points(one.possible),
        "passed": percent(one.passed, judged),
        "share": 100 * one.passed / judged if judged else 0,
        "tries": points(one.passing.median) if one.passing.median is not None else "",
        "said": tuple(in_words(one)),
        "drawing": shown(draw_exercise(one)),
        "until": listed_attempts(one.passing) if one.passing.at else "",
        "map": shown(checks) if checks else None,
        "checks": [_check(check) for check in one.checks],
        "enough": any(check.judged >= FEWEST for check in one.checks),
        "mistakes": [
            {
                "name": one_line(mistake.mistake.replace("_", " ")),
                "sentence": one_line(mistake.sentence),
                "students": mistake.students,
                "still": mistake.still,
                "share": 100 * mistake.students / most,
                "still_share": 100 * mistake.still / most,
            }
            for mistake in one.mistakes
        ],
        "speeds": [speed_in_words(speed) for speed in one.speeds],
        "strip": shown(draw_speeds(one.speeds)) if one.speeds else None,
    }


def _check(check: CheckFacts) -> Mapping[str, Any]:
    return {
        "title": one_line(check.title),
        "part": check.part if check.device == "cpu" else f"{check.part}, {check.device}",
        "share": 100 * check.share,
        "passed": percent(check.passed, check.judged),
        "tells": "" if check.discrimination is None else f"{check.discrimination:.2f}",
        "weak": check.discrimination is not None and check.discrimination < TELLING,
    }
