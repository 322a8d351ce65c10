"""Reports on typical submissions say what they said before, to the letter.

`tests/golden/<exercise>-<case>/` holds a submission and its report; after a change that is
meant, `pytest tests/test_golden.py --update-golden` writes the reports anew, and the diff is read.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from autograder.course.catalog import Catalog
from autograder.grading import Grader
from autograder.results.verdict import Verdict

_GOLDEN = Path(__file__).parent / "golden"
_CASES = sorted(path.parent.name for path in _GOLDEN.glob("*/submission.py"))
_OF_THIS_MACHINE = ("environment", "isolation", "seal", "graded_at")
# The last digits of a float depend on the processor.
_DECIMALS = re.compile(r"-?\d+\.\d+(?:e[-+]\d+)?")


@pytest.fixture(scope="module")
def grader():
    """Give one grader for all; the secret decides on the inputs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TORCHGRADE_SECRET", "of-the-golden-reports")
        with Grader(Catalog(Path(__file__).resolve().parents[1])) as grader:
            yield grader


def _without_machine(report):
    """Return what every machine says about the submission, as it stands in a golden file."""
    facts = json.loads(report.without_times().to_json())
    for name in _OF_THIS_MACHINE:
        facts.pop(name, None)
    for verdict in facts["verdicts"]:
        verdict.pop("seconds")
        verdict["picture"] = verdict["picture"] and verdict["picture"]["is"]
        if verdict["message"]:
            verdict["message"] = _DECIMALS.sub("<number>", verdict["message"])
    return facts


@pytest.mark.parametrize("case", _CASES)
def test_a_report_says_what_it_said_before(case, grader, request):
    """Verdicts, points, messages, hints, lines, prints and diagnosis."""
    folder = _GOLDEN / case
    exercise = grader.catalog[case.partition("-")[0]]

    actual = _without_machine(grader.grade(folder / "submission.py", exercise))

    golden = folder / "report.json"
    if request.config.getoption("--update-golden"):
        golden.write_text(json.dumps(actual, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert actual == json.loads(golden.read_text(encoding="utf-8"))


def _golden(case):
    return json.loads((_GOLDEN / case / "report.json").read_text(encoding="utf-8"))


def test_the_cases_cover_every_kind_of_end():
    """Right, wrong, stub, forbidden, and what cannot be judged are all among them."""
    reports = [_golden(case) for case in _CASES]
    verdicts = {v["verdict"] for report in reports for v in report["verdicts"]}

    assert len(_CASES) >= 12
    assert verdicts == set(Verdict) - {Verdict.ERRORED, Verdict.TIMED_OUT}
    assert {report["exercise"] for report in reports} == {
        "mlp",
        "optimizer",
        "dataset",
        "dataloader",
    }
    assert sum(not report["gradable"] for report in reports) >= 3
    assert sum(bool(report["diagnosis"]) for report in reports) >= 3


@pytest.mark.parametrize("case", _CASES)
def test_nothing_of_this_machine_stands_in_a_golden_file(case):
    """No path, no version, no seed, no time."""
    text = json.dumps(_golden(case))

    for word in ("/home", "/root", "/tmp", "site-packages", "graded_at", "seed", 'seconds":'):
        assert word not in text
