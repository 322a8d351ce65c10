"""A report survives the way through JSON, and what is no report is refused."""

from __future__ import annotations

import json

import pytest

from autograder.errors import UserError
from autograder.results.report import VERSION, Diagnosis, Report, SubmittedFile, Where
from autograder.results.verdict import Verdict


@pytest.fixture
def full(reports):
    """Give a report with something in every field."""
    where = Where(file="adder.py", line=3, function="adder", source="return 1")
    check = reports.check(
        "sum", Verdict.FAILED, message="m", hint="h", where=where, output="o", seconds=0.5
    )
    return reports.of(
        check,
        reports.check("more", Verdict.SKIPPED, builds_on="sum"),
        student="ada",
        files=(SubmittedFile(name="adder.py", bytes=3, digest="sha256:2"),),
        diagnosis=(Diagnosis(mistake="subtracts", sentence="s", checks=("sum",)),),
        notices=("left aside",),
    )


@pytest.mark.parametrize("kind", ["passed", "failed", "errored", "ungradable"])
def test_json_and_back_is_the_same_report(reports, kind):
    """Every kind of report is read as it was written."""
    report = getattr(reports, kind)()

    assert Report.from_json(report.to_json()) == report


def test_json_and_back_keeps_every_field(full):
    """Nothing is lost, not even what is empty elsewhere."""
    assert Report.from_json(full.to_json().encode()) == full


def test_json_begins_with_its_version(full):
    """A reader knows at once what it reads."""
    assert next(iter(json.loads(full.to_json()).items())) == ("version", VERSION)


def test_another_version_is_refused(full):
    """A report of a later engine is not half understood."""
    later = json.dumps(json.loads(full.to_json()) | {"version": VERSION + 1})

    with pytest.raises(UserError, match=f"has version {VERSION + 1}; .* reads version {VERSION}"):
        Report.from_json(later)


def test_a_report_without_a_version_is_refused():
    """Any other JSON is no report."""
    with pytest.raises(UserError, match="has version None"):
        Report.from_json("{}")


@pytest.mark.parametrize("text", ["", "[]", "{", b"\xff", '"passed"'])
def test_what_is_no_report_is_refused_in_one_sentence(text):
    """Damage never becomes a traceback."""
    with pytest.raises(UserError, match=r"^This is not a report: "):
        Report.from_json(text)


@pytest.mark.parametrize(
    "change",
    [
        {"score": None},
        {"verdicts": [{"verdict": "splendid"}]},
        {"extra": 1},
        {"gradable": "yes"},
    ],
)
def test_a_field_that_is_not_understood_is_refused(full, change):
    """Anything unreadable fails closed."""
    damaged = json.dumps(json.loads(full.to_json()) | change)

    with pytest.raises(UserError, match=r"^This report is damaged: "):
        Report.from_json(damaged)


@pytest.mark.parametrize("verdict", [v for v in Verdict if v is not Verdict.PASSED])
def test_every_verdict_but_passed_prevents_a_pass(reports, verdict):
    """One check that did not pass is enough."""
    report = reports.of(reports.check("sum"), reports.check("order", verdict))

    assert not report.passed


def test_a_check_for_another_machine_does_not_prevent_a_pass(reports):
    """What is worth nothing here and cannot run here is left out."""
    elsewhere = reports.check("gpu", Verdict.SKIPPED, possible=0.0)

    assert reports.of(reports.check("sum"), elsewhere).passed


def test_what_is_not_gradable_never_passes(reports):
    """No verdicts are not all verdicts passed."""
    assert not reports.ungradable().passed


def test_a_gradable_report_without_any_verdict_does_not_pass(reports):
    """A suite of which nothing ran has proved nothing."""
    assert not reports.of().passed


def test_only_the_graders_trouble_is_errored(reports):
    """A student's failure is not ours."""
    assert reports.errored().errored
    assert not reports.failed().errored


def test_a_student_does_not_get_the_seed(full):
    """Everything else is the student's to see."""
    for_student = full.for_student()

    assert full.environment.seed == "for-staff"
    assert for_student.environment.seed is None
    assert for_student.verdicts == full.verdicts


def test_reports_of_the_same_files_differ_in_times_only(reports):
    """Grading again gives the same report but for the clock."""
    early = reports.of(reports.check("sum", seconds=0.1), graded_at="2025-01-01")
    late = reports.of(reports.check("sum", seconds=0.2), graded_at="2025-01-02")

    assert early != late
    assert early.without_times() == late.without_times()


def test_a_report_cannot_be_changed(full):
    """Facts are frozen."""
    with pytest.raises(AttributeError, match="immutable"):
        full.student = "eve"
