"""Reports are kept, and say where a student stands."""

from __future__ import annotations

import pytest

from autograder.course.workspace import Workspace
from autograder.errors import WorkspaceError
from autograder.results.history import History, State


@pytest.fixture
def adder(course):
    """Give the first exercise."""
    return course["adder"]


@pytest.fixture
def history(home):
    """Give the history of an empty workspace."""
    return History(Workspace(home))


def _names(history):
    return sorted(path.name for path in (history.workspace.records / "adder").iterdir())


def test_a_report_is_kept_without_what_is_for_staff(history, adder, reports):
    """A student's folder holds no seed."""
    history.record(reports.passed())

    assert history.last(adder) == reports.passed().for_student()


def test_every_submission_is_kept(history, adder, reports):
    """The second does not replace the first, and the newest comes last."""
    history.record(reports.failed())
    history.record(reports.passed())

    assert [report.passed for report in history.attempts(adder)] == [False, True]
    assert _names(history) == ["1.json", "2.json"]


def test_a_check_replaces_only_the_check_before_it(history, adder, reports):
    """Saving often leaves one file, and never costs a submission."""
    for report in (
        reports.failed(suite="public"),
        reports.passed(suite="public"),
        reports.failed(),
        reports.failed(suite="public"),
        reports.passed(suite="public"),
    ):
        history.record(report)

    assert _names(history) == ["1.json", "2.json", "3.json"]
    assert history.last(adder).suite == "public"
    assert history.last(adder).passed


def test_the_tenth_report_is_newer_than_the_ninth(history, adder, reports):
    """Numbers are compared as numbers."""
    for number in range(11):
        history.record(reports.passed(student=str(number)))

    assert history.last(adder).student == "10"


def test_what_could_not_be_judged_uses_no_attempt(history, adder, reports):
    """Neither a syntax error nor the grader's trouble nor a check is an attempt."""
    for report in (reports.ungradable(), reports.errored(), reports.passed(suite="public")):
        history.record(report)

    assert history.attempts(adder) == ()


def test_an_exercise_without_reports_has_no_last(history, adder):
    """Nothing kept is not an error."""
    assert history.last(adder) is None


def test_a_damaged_last_report_is_named(history, adder, reports):
    """Feedback is not made up from half a file."""
    history.record(reports.passed())
    (history.workspace.records / "adder" / "1.json").write_text('{"version": 1,')

    with pytest.raises(WorkspaceError, match=r"^Cannot read '.*1\.json': This is not a report"):
        history.last(adder)


def test_a_damaged_report_does_not_hide_the_others(history, adder, reports):
    """The map is drawn from what can be read."""
    history.record(reports.passed())
    (history.workspace.records / "adder" / "7.json").write_text("{}")

    assert history.standing(adder).state is State.PASSED


def test_a_report_that_cannot_be_kept_says_so(history, home, reports):
    """A file where the records belong is named."""
    (home / ".torchgrade").write_text("")

    with pytest.raises(WorkspaceError, match=r"^Cannot write '.*\.torchgrade"):
        history.record(reports.passed())


@pytest.mark.parametrize(
    ("kept", "state"),
    [
        ((), State.STARTED),
        (("failed public",), State.STARTED),
        (("passed public",), State.READY),
        (("passed public", "failed public"), State.STARTED),
        (("passed hidden",), State.PASSED),
        (("passed hidden", "failed public"), State.PASSED),
        (("passed hidden", "failed hidden"), State.STARTED),
        (("failed hidden", "passed public"), State.READY),
        (("passed hidden", "errored hidden"), State.PASSED),
        (("passed hidden", "ungradable hidden"), State.PASSED),
    ],
)
def test_the_state_follows_from_what_is_kept(history, adder, reports, kept, state):
    """The last submission that counts decides; the last check decides about being ready."""
    history.workspace.start(adder)
    for kind, suite in map(str.split, kept):
        history.record(getattr(reports, kind)(suite=suite))

    assert history.standing(adder).state is state


def test_the_standing_has_the_last_score(history, adder, reports):
    """A check never changes a score."""
    history.record(reports.failed())
    history.record(reports.passed(suite="public"))

    standing = history.standing(adder)

    assert (standing.score.earned, standing.score.possible, standing.attempts) == (1.0, 2.0, 1)


def test_nothing_begun_is_open(history, adder):
    """A fresh folder has no state."""
    assert history.standing(adder).state is State.OPEN


def test_the_folder_names_the_current_exercise(history, course, monkeypatch):
    """Where a student is comes before what is unfinished."""
    history.workspace.start(course["adder"])
    monkeypatch.chdir(history.workspace.start(course["doubler"]).folder)

    assert history.current(course).id == "doubler"


def test_the_first_unfinished_exercise_is_current(history, course, reports):
    """One that is begun comes before one that is ready, wherever it stands."""
    for exercise in course:
        history.workspace.start(exercise)
    history.record(reports.passed(suite="public"))

    assert history.current(course).id == "doubler"


def test_a_ready_exercise_is_current_when_nothing_else_is(history, course, reports):
    """Checking again what is ready needs no id."""
    history.record(reports.passed(suite="public"))

    assert history.current(course).id == "adder"


def test_nothing_begun_has_no_current_exercise(history, course, reports):
    """The sentence names the next one."""
    history.record(reports.passed())

    with pytest.raises(WorkspaceError, match="begin with 'grade start doubler'"):
        history.current(course)


def test_everything_passed_has_no_current_exercise(history, course, reports):
    """Who has finished names what to look at again."""
    for exercise in course:
        history.record(reports.passed(exercise=exercise.id))

    with pytest.raises(WorkspaceError, match="Every exercise here has passed"):
        history.current(course)


def test_the_latest_report_is_found_over_all_exercises(history, course, reports):
    """Time decides, not teaching order."""
    history.record(reports.passed(exercise="adder", graded_at="2025-01-02"))
    history.record(reports.passed(exercise="halver", graded_at="2025-01-03"))
    history.record(reports.passed(exercise="doubler", graded_at="2025-01-01"))

    assert history.latest(course).id == "halver"


def test_no_report_at_all_says_what_to_run(history, course):
    """The sentence names the command."""
    with pytest.raises(WorkspaceError, match="no feedback here yet; run 'grade check'"):
        history.latest(course)


def test_the_following_exercise_wants_work(history, course, reports):
    """What has passed is left out; after the last comes what was left open before."""
    history.record(reports.passed(exercise="doubler"))

    assert history.following(course["adder"], course).id == "halver"
    assert history.following(course["halver"], course).id == "adder"


def test_nothing_follows_when_everything_else_passed(history, course, reports):
    """The exercise at hand does not follow itself."""
    for name in ("adder", "doubler"):
        history.record(reports.passed(exercise=name))

    assert history.following(course["halver"], course) is None
