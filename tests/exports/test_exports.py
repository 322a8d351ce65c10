"""Grades in other tools' forms, checked against what those tools document."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest

from autograder.course.rules import Rules
from autograder.exports import grades, gradescope, junit, nbgrader
from autograder.exports.formats import FORMATS
from autograder.ledger.counting import counted
from autograder.results.report import Diagnosis
from autograder.results.verdict import Verdict
from autograder.staff import _FORMS
from tests.survey.classes import a_class, graded

_DUE = datetime(2026, 11, 2, tzinfo=UTC)
_FORMATS = {"enum": ["text", "html", "simple_format", "md", "ansi"]}
_SEEN = {"enum": ["hidden", "after_due_date", "after_published", "visible"]}
_TEST = {
    "type": "object",
    "properties": {
        "score": {"type": "number"},
        "max_score": {"type": "number"},
        "status": {"enum": ["passed", "failed"]},
        "name": {"type": "string"},
        "name_format": _FORMATS,
        "number": {"type": "string"},
        "output": {"type": "string"},
        "output_format": _FORMATS,
        "tags": {"type": "array", "items": {"type": "string"}},
        "visibility": _SEEN,
        "extra_data": {"type": "object"},
    },
    "additionalProperties": False,
}
_RESULTS = {
    "type": "object",
    "properties": {
        "score": {"type": "number"},
        "execution_time": {"type": "number"},
        "output": {"type": "string"},
        "output_format": _FORMATS,
        "test_output_format": _FORMATS,
        "test_name_format": _FORMATS,
        "visibility": _SEEN,
        "stdout_visibility": _SEEN,
        "extra_data": {"type": "object"},
        "tests": {"type": "array", "items": _TEST},
        "leaderboard": {"type": "array"},
    },
    "required": ["score", "tests"],
    "additionalProperties": False,
}
"""Gradescope, "Autograder Specifications", section "Output format", as a JSON schema."""


def _read(form, attempts, rules=None):
    return {str(place): text for place, text in form.files(attempts, rules or Rules())}


def _hostile(reports):
    """Return an attempt in which the student controls whatever a student can."""
    nasty = "]]>&<x a='\"'>\x00\x1b[31m\x08\ufffe\ud800\u202e"
    verdicts = [
        reports.check("sum", Verdict.FAILED, message=nasty, output=nasty, hint="h"),
        reports.check("order", Verdict.ERRORED, message=nasty),
        reports.check("late", Verdict.SKIPPED, builds_on="sum", message="m"),
        reports.check("slow", Verdict.TIMED_OUT, message=nasty),
        reports.check("right", output=nasty),
    ]
    known = (Diagnosis(mistake="adds", sentence=nasty, checks=("sum",)),)
    return graded(f"=ada{nasty}", 1, reports.of(*verdicts, diagnosis=known), counts=True)


@pytest.fixture
def late(reports):
    """Give an attempt that keeps 80 percent of its two points."""
    rules = Rules(deadlines={"adder": _DUE}, percent_per_day=10.0)
    one = graded("ada", 1, reports.passed(), received_at=_DUE + timedelta(hours=30))
    return counted([(True, one)], rules), rules


def test_every_form_of_the_command_is_there():
    """The command offers what there is."""
    assert tuple(FORMATS) == _FORMS


@pytest.mark.parametrize("kind", ["passed", "failed", "errored", "ungradable"])
def test_results_are_as_gradescope_documents_them(reports, kind):
    """Whatever became of a submission."""
    jsonschema = pytest.importorskip("jsonschema")

    made = _read(gradescope, [graded("ada", 1, getattr(reports, kind)(), counts=True)])

    assert list(made) == ["ada/adder/results.json"]
    jsonschema.validate(json.loads(made["ada/adder/results.json"]), _RESULTS)


def test_results_of_a_class_are_as_documented(reports):
    """Of many, and of a hostile one, whose file stays where it belongs."""
    jsonschema = pytest.importorskip("jsonschema")
    made = _read(gradescope, [*a_class(10), _hostile(reports)])

    assert len(made) == 11
    for place, text in made.items():
        assert ".." not in place
        assert "\x1b" not in text
        jsonschema.validate(json.loads(text), _RESULTS)


def test_gradescope_gets_the_score_that_counts(late):
    """Late policy included, and it says so; the seed is for staff."""
    attempts, _ = late

    ((_, text),) = _read(gradescope, attempts).items()

    assert json.loads(text)["score"] == pytest.approx(1.6)
    assert "keeps 80 % of them: 1.6" in text
    assert "for-staff" not in text


def test_only_what_counts_is_exported(reports):
    """The best of three is one file, one suite, one cell."""
    kinds = (reports.failed(), reports.passed(), reports.failed())
    attempts = counted([(True, graded("ada", k, r)) for k, r in enumerate(kinds, start=1)], Rules())

    ((_, text),) = _read(gradescope, attempts).items()
    tables = _read(grades, attempts)

    assert json.loads(text)["extra_data"]["attempt"] == 2
    assert len(ET.fromstring(_read(junit, attempts)["adder.xml"]).findall("testsuite")) == 1
    assert tables["grades.csv"].splitlines()[1:] == ["ada,2,2,2"]
    assert len(tables["attempts.csv"].splitlines()) == 4


def test_junit_counts_what_it_holds():
    """The numbers of every suite are those of its cases, and add up."""
    made = _read(junit, a_class(8, ("adder", "doubler")))

    assert sorted(made) == ["adder.xml", "doubler.xml"]
    for text in made.values():
        root = ET.fromstring(text)
        for suite in root:
            cases = suite.findall("testcase")
            assert int(suite.get("tests")) == len(cases)
            for name, tag in {"failures": "failure", "errors": "error"}.items():
                assert int(suite.get(name)) == sum(c.find(tag) is not None for c in cases)
        assert int(root.get("tests")) == sum(int(suite.get("tests")) for suite in root)


def test_junit_holds_hostile_text(reports):
    """Markup is escaped, what XML cannot hold is left out; each verdict has its element."""
    (suite,) = ET.fromstring(_read(junit, [_hostile(reports)])["adder.xml"].encode())

    found = {c.get("name"): [e.tag for e in c] for c in suite.findall("testcase")}
    assert found == {
        "sum": ["failure", "system-out"],
        "order": ["error"],
        "late": ["skipped"],
        "slow": ["failure"],
        "right": ["system-out"],
    }
    assert "<x a='\"'>" in suite.find(".//failure").text


def test_junit_says_what_could_not_be_graded(reports):
    """It is a failure of the student's, no empty suite."""
    attempts = [graded("ada", 1, reports.ungradable(), counts=True)]

    (suite,) = ET.fromstring(_read(junit, attempts)["adder.xml"])

    assert (suite.get("tests"), suite.get("failures")) == ("1", "1")
    assert suite.find(".//failure").get("type") == "syntax"


def test_tables_obey_no_student(reports):
    """A name that begins a formula gets an apostrophe in front."""
    for form in (grades, nbgrader):
        for text in _read(form, [_hostile(reports)]).values():
            assert "'=ada" in text
            assert not [c for row in csv.reader(io.StringIO(text)) for c in row if c[:1] == "="]


def test_nbgraders_columns_are_nbgraders(late, reports):
    """As `nbgrader export` has them: raw score, what being late costs, and 0 for who did not."""
    attempts, rules = late
    other = counted([(True, graded("ben", 1, reports.passed(exercise="doubler")))], rules)

    rows = list(
        csv.DictReader(io.StringIO(_read(nbgrader, [*attempts, *other], rules)["grades.csv"]))
    )

    assert tuple(rows[0]) == nbgrader.COLUMNS
    shown = [
        tuple(
            r[k]
            for k in ("assignment", "student_id", "raw_score", "late_submission_penalty", "score")
        )
        for r in rows
    ]
    assert shown == [
        ("adder", "ada", "2", "0.4", "1.6"),
        ("adder", "ben", "0", "0", "0"),
        ("doubler", "ada", "0", "0", "0"),
        ("doubler", "ben", "2", "0", "2"),
    ]
    assert (rows[0]["duedate"], rows[0]["timestamp"]) == (
        "2026-11-02 00:00:00",
        "2026-11-03 06:00:00",
    )


def test_nbgraders_columns_have_not_changed():
    """The columns are those in the source of the nbgrader that is installed."""
    plugin = pytest.importorskip("nbgrader.plugins.export")
    import inspect

    source = inspect.getsource(plugin.CsvExportPlugin.export)
    listed = source.partition("keys = [")[2].partition("]")[0]

    assert tuple(word.strip(' "\n') for word in listed.split(",")) == nbgrader.COLUMNS
