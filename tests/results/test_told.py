"""A student is given what the course tells, and nothing of the rest by any way."""

from __future__ import annotations

import io

import msgspec
import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st
from rich.console import Console

from autograder.course.rules import Rules, Tells, Unlocks
from autograder.course.workspace import Workspace
from autograder.exports.gradescope import results
from autograder.integrations.fragment import fragments
from autograder.integrations.nbgrader.comments import comment_on
from autograder.results.feedback import Setting, to_json, to_terminal
from autograder.results.graded import Graded
from autograder.results.page import to_page
from autograder.results.picture import Batches
from autograder.results.report import Diagnosis, Report, Speed, Where
from autograder.results.seal import is_genuine, sealed
from autograder.results.told import given, hints_of, passed_on, told
from autograder.results.verdict import Verdict
from autograder.verifying import objections
from tests.conftest import check_report, report_of

_LESS = [Tells.HINTS, Tells.TITLES, Tells.SCORE]
_SPEED = Speed(
    ratio=98765.4321,
    low=1.0,
    high=2.0,
    limit=5.0,
    samples=9,
    conclusive=True,
    reference="secretreference",
    ratios=(98765.4321,),
)


def _report(verdicts, number=0):
    """Return a report in which every text is one of a kind, with the texts by what they are."""
    texts = {"observed": [], "hint": [], "title": []}
    checks = []
    for n, verdict in enumerate(verdicts):
        own = {kind: f"{kind}z{number}z{n}z" for kind in ("message", "output", "source", "hint")}
        hints = tuple(f"{own['hint']}{k}z" for k in range(3))
        checks.append(
            check_report(
                f"c{n}",
                verdict,
                title=f"titlez{number}z{n}z holds.",
                message=own["message"],
                output=own["output"],
                where=Where(file="adder.py", line=3, source=own["source"]),
                hint=hints[0],
                more_hints=hints[1:],
                picture=Batches(yours=[[31337]], expected=[[73313]]),
                speed=_SPEED,
            )
        )
        texts["observed"] += [own[kind] for kind in ("message", "output", "source")]
        texts["hint"] += hints
        texts["title"] += [f"titlez{number}z{n}z"] if verdict is not Verdict.ERRORED else []
    known = Diagnosis(mistake="mistakez", sentence="sentencez", checks=("c0",))
    texts["observed"] += ["mistakez", "sentencez", "31337", "73313", "98765", "secretreference"]
    return report_of(*checks, diagnosis=(known,)), texts


def _everything(report):
    """Return all that a student may be shown of *report*, in one text."""
    stream = io.StringIO()
    console = Console(file=stream, width=200, color_system=None)
    for verbose in (False, True):
        to_terminal(report, console, Setting(title="Adder", verbose=verbose))
    to_json(report, console, Setting(title="Adder"))
    pieces = [*fragments(report, "Adder"), *fragments(report, "Adder", part="correctness")]
    whole = [piece if isinstance(piece, str) else piece.to_svg() for piece in pieces]
    page = to_page(report, Setting(title="Adder", verbose=True))
    return "\n".join([stream.getvalue(), *whole, comment_on(report), page])


@drawn(
    st.lists(st.sampled_from(Verdict), min_size=1, max_size=6),
    st.integers(100, 999),
    st.sampled_from(_LESS),
)
def test_nothing_of_what_is_left_out_is_shown(verdicts, number, tells):
    """Not in the terminal, the JSON, the page, a fragment or a comment; the score always is."""
    report, texts = _report(verdicts, number)

    shown = _everything(told(report, tells))

    gone = texts["observed"]
    gone = gone + texts["hint"] if tells is not Tells.HINTS else gone
    gone = gone + texts["title"] if tells is Tells.SCORE else gone
    assert [text for text in gone if text in shown] == []
    assert "This course shows" in shown
    assert f"of {len(verdicts)} points" in shown


def test_the_comparison_finds_what_is_told():
    """Of a whole report everything is shown somewhere, so the property above looks at the right."""
    report, texts = _report([Verdict.FAILED])

    shown = _everything(report)

    assert [text for kind in texts.values() for text in kind if text not in shown] == []
    assert "This course shows" not in shown


def test_hints_and_titles_tell_what_they_are_named_after():
    """Titles and verdicts stay at both levels, hints at one."""
    report, texts = _report([Verdict.FAILED, Verdict.PASSED])

    with_hints = _everything(told(report, Tells.HINTS))
    titles = _everything(told(report, Tells.TITLES))

    assert texts["hint"][0] in with_hints
    assert all(text in with_hints and text in titles for text in texts["title"])


def test_the_score_alone_still_says_who_passed_and_what_is_our_fault():
    """Points of each part stay; so does the grader's own trouble, which is to be graded again."""
    passed = told(report_of(check_report("sum"), check_report("order")), Tells.SCORE)
    failed = told(report_of(check_report("sum", Verdict.FAILED)), Tells.SCORE)
    errored = told(report_of(check_report("sum", Verdict.ERRORED)), Tells.SCORE)

    assert passed.passed
    assert not failed.passed
    assert errored.errored
    assert not errored.passed
    assert passed.parts == report_of(check_report("sum"), check_report("order")).parts
    assert "Every check passes" in _everything(passed)


def test_the_public_suite_is_always_told(reports):
    """A student has it and can run it."""
    report = reports.failed(suite="public")

    assert told(report, Tells.SCORE) == report


@pytest.mark.parametrize("tells", list(Tells))
def test_what_is_given_verifies(course, tells, monkeypatch):
    """A report that tells less is sealed anew, travels as JSON, and counts."""
    adder = course["adder"]
    report, _ = _report([Verdict.FAILED, Verdict.PASSED])
    environment = msgspec.structs.replace(report.environment, course=course.digest(adder))
    monkeypatch.setenv("TORCHGRADE_SECRET", "of the course")
    whole = sealed(msgspec.structs.replace(report, environment=environment), b"of the course")

    cut = passed_on(whole, course, Rules(tells=tells, hints=Unlocks.BY_ATTEMPTS)).for_student()
    again = Report.from_json(cut.to_json())

    assert cut != whole
    assert is_genuine(again, b"of the course")
    assert objections(again, course) == ()
    forged = msgspec.structs.replace(again, told=Tells.FULL, student="eve")
    assert not is_genuine(forged, b"of the course")


def test_attempts_unlock_one_hint_each(course, home):
    """The same files again are no attempt; at most all hints are unlocked."""
    (course.root / "course.toml").write_text("[feedback]\nhints = 'by attempts'\n")
    workspace = Workspace(home)
    report, texts = _report([Verdict.FAILED])
    seen = []
    for digest in ("a", "a", "b", "c", "d"):
        handed_in = msgspec.structs.replace(report, submission=digest)
        seen.append(hints_of(given(handed_in, course, workspace).verdicts[0]))

    one, two, three = texts["hint"]
    assert seen[:2] == [(one, None, None)] * 2
    assert seen[2] == (one, two, None)
    assert seen[3:] == [(one, two, three)] * 2


def test_what_is_locked_is_not_shown_and_what_unlocks_it_is_said(course, home):
    """Feedback shows the unlocked hints of the first cause."""
    (course.root / "course.toml").write_text("[feedback]\nhints = 'by attempts'\n")
    report, texts = _report([Verdict.FAILED])

    shown = _everything(given(report, course, Workspace(home)))

    assert texts["hint"][0] in shown
    assert texts["hint"][1] not in shown
    assert "hint 2 of 3 comes with your next attempt that fails this check" in shown


@pytest.mark.parametrize("tells", _LESS)
def test_gradescope_is_told_no_more(tells):
    """What leaves for students is cut, whoever shows it."""
    from datetime import UTC, datetime

    report, texts = _report([Verdict.FAILED])
    one = Graded(
        student="ada",
        exercise="adder",
        attempt=1,
        received_at=datetime(2026, 1, 1, tzinfo=UTC),
        counts=True,
        report=report,
    )

    shown = str(results(one, tells))

    assert not [text for text in texts["observed"] if text in shown]
    assert "This course shows" in shown
