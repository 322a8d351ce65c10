"""Verdicts as JUnit XML, which CI systems read: a file for each exercise, a suite for each student.

`xml.etree` escapes whatever student code said; characters that XML cannot hold are left out.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from autograder.results.files import file_name
from autograder.results.layout import points
from autograder.results.printable import first_line, one_line, printable
from autograder.results.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from autograder.course.rules import Rules
    from autograder.results.graded import Graded
    from autograder.results.report import CheckReport

__all__ = ["files"]

_TAGS = {Verdict.ERRORED: "error", Verdict.SKIPPED: "skipped"}
"""What a verdict is called there; all others that are not passed are a `failure`."""
_COUNTED = {"failures": "failure", "errors": "error", "skipped": "skipped"}


def files(graded: Iterable[Graded], rules: Rules) -> Iterator[tuple[PurePosixPath, str]]:
    """Yield `<exercise>.xml` with the attempts that count."""
    del rules  # they are applied already
    for exercise, alike in groupby(graded, key=lambda one: one.exercise):
        suites = [_suite(one) for one in alike if one.counts]
        if suites:
            root = ET.Element("testsuites", name=one_line(exercise))
            for name in ("tests", *_COUNTED):
                root.set(name, str(sum(int(suite.attrib[name]) for suite in suites)))
            root.set("time", f"{sum(float(suite.attrib['time']) for suite in suites):.3f}")
            root.extend(suites)
            ET.indent(root)
            text = ET.tostring(root, encoding="unicode", xml_declaration=False)
            place = PurePosixPath(f"{file_name(exercise)}.xml")
            yield place, f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _suite(one: Graded) -> ET.Element:
    report = one.report
    suite = ET.Element("testsuite", name=one_line(one.student))
    properties = ET.SubElement(suite, "properties")
    for name, value in {
        "exercise": one.exercise,
        "attempt": str(one.attempt),
        "late": str(one.late).lower(),
        "score": points(one.earned),
        "possible": points(report.score.possible),
        "submission": report.submission,
        "mistakes": " ".join(known.mistake for known in report.diagnosis),
    }.items():
        ET.SubElement(properties, "property", name=name, value=one_line(value))
    cases = [_case(one.exercise, check) for check in report.verdicts]
    cases += [] if report.gradable else [_not_graded(one)]
    suite.set("tests", str(len(cases)))
    for name, tag in _COUNTED.items():
        suite.set(name, str(sum(case.find(tag) is not None for case in cases)))
    suite.set("time", f"{sum(check.seconds for check in report.verdicts):.3f}")
    suite.set("timestamp", one_line(report.graded_at))
    suite.extend(cases)
    return suite


def _case(exercise: str, check: CheckReport) -> ET.Element:
    device = "" if check.device == "cpu" else f"[{check.device}]"
    case = ET.Element(
        "testcase",
        classname=one_line(f"{exercise}.{check.part}"),
        name=one_line(f"{check.check}{device}"),
        time=f"{check.seconds:.3f}",
    )
    if check.verdict is not Verdict.PASSED:
        said = check.message or check.title
        tag = _TAGS.get(check.verdict, "failure")
        ended = ET.SubElement(case, tag, type=check.verdict.value, message=first_line(said))
        ended.text = "\n".join(_told(check))
    if check.output:
        ET.SubElement(case, "system-out").text = printable(check.output)
    return case


def _told(check: CheckReport) -> Iterator[str]:
    yield one_line(check.title)
    if check.message:
        yield printable(check.message)
    if check.where:
        yield one_line(f"{check.where.file}:{check.where.line}")


def _not_graded(one: Graded) -> ET.Element:
    problem = one.report.problem
    case = ET.Element(
        "testcase", classname=one_line(one.exercise), name="can be graded", time="0.000"
    )
    said = one_line(problem.sentence) if problem else "It cannot be graded."
    kind = one_line(problem.kind) if problem else "problem"
    ET.SubElement(case, "failure", type=kind, message=said).text = said
    return case
