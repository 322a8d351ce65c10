"""Feedback reads as a good teacher speaks, and shows nothing that a student could forge."""

from __future__ import annotations

import io
import json

import msgspec
import pytest
from rich.console import Console

from autograder.results.feedback import FORMATS, Setting, to_terminal
from autograder.results.report import Diagnosis, Where
from autograder.results.verdict import Verdict


def say(report, *, width=80, encoding="utf-8", terminal=False, **setting):
    """Return what a student sees of *report*."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    console = Console(file=stream, width=width, force_terminal=terminal)
    to_terminal(report, console, Setting(**{"title": "Adder", **setting}))
    stream.flush()
    return stream.buffer.getvalue().decode(encoding)


@pytest.fixture
def mixed(reports):
    """Give a report with every verdict."""
    where = Where(file="adder.py", line=3, function="adder", source="    return a - b")
    return reports.of(
        reports.check(
            "sum",
            Verdict.FAILED,
            message="expected 3  \ngot -1",
            hint="Add them.",
            where=where,
            output="hello\n",
        ),
        reports.check("zero", Verdict.FAILED, message="expected 0"),
        reports.check("late", Verdict.FAILED, message="expected 1\nat the second line"),
        reports.check("slow", Verdict.TIMED_OUT, message="no answer after 3 s"),
        reports.check("cheat", Verdict.FORBIDDEN, message="line 1 imports torch.optim"),
        reports.check("fine"),
        reports.check("many", Verdict.SKIPPED, builds_on="sum"),
        reports.check("more", Verdict.SKIPPED, builds_on="sum"),
        reports.check("elsewhere", Verdict.SKIPPED, possible=0.0, builds_on="sum"),
        reports.check("gpu", Verdict.SKIPPED, possible=0.0, message="needs a CUDA device"),
        reports.check("neg", Verdict.NOT_IMPLEMENTED, message="negate: turn the sign"),
        reports.check("neg2", Verdict.NOT_IMPLEMENTED, builds_on="neg"),
        diagnosis=(
            Diagnosis(mistake="subtracts", sentence="You subtract.", checks=("sum", "zero")),
        ),
    )


def test_the_cause_comes_before_the_checks(mixed):
    """Diagnosis, then one failure in full, then the others, then what waits, then what is open."""
    said = say(mixed)

    order = [
        "Adder",
        "1 of 10 points",
        "correctness",
        "known mistake: You subtract.",
        "It explains: Sum holds. Zero holds.",
        "It does not explain: Late holds. Slow holds. Cheat holds.",
        "✗ Sum holds.",
        "1 more check fails for the same reason.",
        "Also to put right",
        "✗ Late holds.",
        "2 more checks build on 'Sum holds' and wait for it.",
        "Still to write:",
        "✓ 1 check passes.",
    ]
    places = [said.index(piece) for piece in order]
    assert places == sorted(places)


def test_the_first_failure_is_shown_in_full(mixed):
    """Message, place, source line, output and hint stand under its title."""
    said = say(mixed)

    assert (
        "  ✗ Sum holds.\n"
        "    expected 3\n"
        "    got -1\n"
        "    adder.py, line 3, in adder\n"
        "    │ return a - b\n"
        "    Your code printed:\n"
        "    │ hello\n"
        "    Hint: Add them.\n"
    ) in said


def test_other_failures_have_title_and_first_line(mixed):
    """One thing at a time; the rest is named."""
    said = say(mixed)

    assert "  ✗ Late holds.\n    expected 1\n" in said
    assert "✗ Zero holds." not in said  # the known mistake explains it
    assert "at the second line" not in said
    assert "Slow holds. (did not come back in time)" in said
    assert "Cheat holds. (not allowed here)" in said


def test_verbose_shows_every_failure_in_full_and_lists_what_passed(mixed):
    """Who asks for everything gets it."""
    said = say(mixed, verbose=True)

    assert "at the second line" in said
    assert "✓ Fine holds." in said


def test_checks_with_one_end_are_told_once(reports):
    """One cause does not give thirty failures."""
    said = say(reports.of(*(reports.check(c, Verdict.FORBIDDEN, message="line 1") for c in "abcd")))

    assert said.count("line 1") == 1
    assert "✗ Not allowed in this exercise:" in said
    assert "3 more checks end the same way." in said


def test_a_wall_of_failures_is_cut(reports):
    """Beyond a few, failures are counted."""
    checks = [reports.check(f"c{n}", Verdict.FAILED, message=f"m{n}") for n in range(30)]

    said = say(reports.of(*checks))

    assert said.count("✗") == 9
    assert "And 21 more; --verbose shows them all." in said


def test_what_is_still_to_write_is_told_once_for_all_its_checks(mixed):
    """A check that inherits its verdict is counted with the one that it builds on."""
    assert "· negate: turn the sign (2 checks)" in say(mixed)


def test_what_cannot_run_here_says_why(mixed):
    """A check for another machine is not the student's failure."""
    said = say(mixed)

    assert "1 check cannot run here: needs a CUDA device" in said
    assert "1 of 10 checks" in said


def test_a_full_pass_is_one_line_that_names_what_comes_next(reports):
    """Nothing stands after the celebration."""
    said = say(reports.passed(), next_step="Next: 'grade start doubler'.")

    assert said.endswith("✓ All 2 checks pass: adder is yours. Next: 'grade start doubler'.\n")


def test_a_public_suite_counts_checks_and_not_points(reports):
    """Public points count for nothing, so they are not shown."""
    said = say(reports.passed(suite="public"))

    assert "2 of 2 public checks" in said
    assert "points" not in said


def test_an_ungradable_submission_is_one_sentence_with_line_and_caret(reports):
    """The caret stands under the place, and nothing is lost."""
    said = say(reports.ungradable())

    assert (
        "Adder (not graded)\n"
        "  adder.py: expected ':'.\n"
        "    adder.py, line 1\n"
        "    │ def adder(a, b)\n"
        "    │                ^\n"
        "Nothing is lost"
    ) in said


def test_the_caret_respects_wide_letters_and_tabs(reports):
    """A column counts letters; a terminal counts cells."""
    report = reports.ungradable()
    where = Where(file="adder.py", line=1, source="\tx = '数' $\n")
    problem = msgspec.structs.replace(report.problem, where=where, caret=10)

    said = say(msgspec.structs.replace(report, problem=problem))

    assert "    │ x = '数' $\n    │          ^\n" in said


def test_our_trouble_is_called_ours(reports):
    """An errored check is not put on the student."""
    said = say(reports.errored())

    assert "our fault, not yours" in said
    assert "the judge is gone" in said
    assert "✗" not in said


def test_notices_of_intake_are_passed_on(reports):
    """What was left aside is said."""
    assert "Note: Left aside: 'a.txt'." in say(reports.passed(notices=("Left aside: 'a.txt'.",)))


HOSTILE = "\x1b[2J[red]bold[/red] :smile: \u202e\r✓ All 2 checks pass\x07"


def test_student_text_cannot_forge_feedback(reports):
    """Markup is shown, escapes vanish, and no line of theirs stands at the margin."""
    where = Where(file=HOSTILE, line=1, function=HOSTILE, source=HOSTILE)
    check = reports.check(
        "sum", Verdict.FAILED, message=HOSTILE, where=where, output=HOSTILE, hint=HOSTILE
    )
    said = say(reports.of(check, notices=(HOSTILE,)), terminal=False)

    assert "[red]bold[/red] :smile:" in said
    assert not {"\x1b", "\u202e", "\r", "\x07"}.intersection(said)
    assert not any(line.startswith("✓ All") for line in said.splitlines())


def test_endless_text_is_bounded(reports):
    """A megabyte of message and output stays readable."""
    check = reports.check("sum", Verdict.FAILED, message="m " * 500_000, output="o\n" * 500_000)

    assert len(say(reports.of(check)).splitlines()) < 40


@pytest.mark.parametrize("width", [80, 50, 30])
def test_no_line_is_wider_than_the_terminal(mixed, width):
    """Wrapped lines keep their margin."""
    said = say(mixed, width=width, title="A title that is longer than most of them are")

    assert max(map(len, said.splitlines())) <= width


def test_a_pipe_gets_neither_colours_nor_trailing_blanks(mixed):
    """What is saved to a file is plain text."""
    said = say(mixed)

    assert "\x1b" not in said
    assert not any(line.endswith(" ") for line in said.splitlines())


def test_a_terminal_gets_colours_unless_it_asks_for_none(mixed, monkeypatch):
    """NO_COLOR is honoured."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    coloured = say(mixed, terminal=True)
    monkeypatch.setenv("NO_COLOR", "1")
    plain = say(mixed, terminal=True)

    assert "\x1b[31m" in coloured
    assert "\x1b[31m" not in plain


def test_an_ascii_terminal_gets_ascii_signs(mixed):
    """The feedback can be written wherever it goes."""
    said = say(mixed, encoding="ascii")

    assert "  x Sum holds." in said


def test_json_is_the_report_without_what_is_for_staff(reports):
    """The seed stays with staff; every other field is there."""
    stream = io.StringIO()
    FORMATS["json"](reports.passed(), Console(file=stream, width=20), Setting(title=""))

    assert json.loads(stream.getvalue()) == json.loads(reports.passed().for_student().to_json())


def test_the_formats_are_the_known_ones():
    """A new format is an entry here, and in the documents."""
    assert sorted(FORMATS) == ["json", "terminal"]
