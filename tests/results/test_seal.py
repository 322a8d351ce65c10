"""A sealed report shows every change; a seal needs the secret."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from autograder.results.report import Report, Score
from autograder.results.seal import is_genuine, sealed
from tests.conftest import check_report, report_of

_SECRET = b"of the course"


def test_sealed_report_is_genuine():
    """What the course sealed, the course recognises, also after a journey as JSON."""
    report = sealed(report_of(check_report("sum")), _SECRET)

    assert is_genuine(report, _SECRET)
    assert is_genuine(Report.from_json(report.to_json()), _SECRET)


def test_copy_of_a_student_is_genuine_too():
    """The seal does not depend on the seed, which a student does not get."""
    assert is_genuine(sealed(report_of(), _SECRET).for_student(), _SECRET)


def test_unsealed_report_is_not_genuine():
    """No seal is not a seal."""
    assert not is_genuine(report_of(), _SECRET)


def test_another_secret_does_not_seal():
    """A seal made elsewhere is found out."""
    assert not is_genuine(sealed(report_of(), b"guessed"), _SECRET)


@given(st.floats(0, 100).filter(lambda points: points != 1.0))
def test_changed_score_breaks_the_seal(points):
    """Points cannot be written into a sealed report."""
    report = sealed(report_of(check_report("sum")), _SECRET)

    forged = msgspec.structs.replace(report, score=Score(earned=points, possible=1.0))

    assert not is_genuine(forged, _SECRET)


def test_other_files_or_another_suite_break_the_seal():
    """A good result cannot be given to other files, another exercise or an older suite."""
    report = sealed(report_of(), _SECRET)

    for change in ({"submission": "sha256:1"}, {"exercise": "doubler"}, {"student": "eve"}):
        assert not is_genuine(msgspec.structs.replace(report, **change), _SECRET)
