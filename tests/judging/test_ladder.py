"""A failed check gets its own hint, the lesson's, and known mistakes that can be meant."""

from __future__ import annotations

from pathlib import Path

from autograder.course.catalog import Catalog
from autograder.judging.ladder import laddered
from autograder.results.verdict import Verdict

_OPTIMIZER = Catalog(Path(__file__).resolve().parents[2])["optimizer"]


def _more(reports, *verdicts, **facts):
    report = laddered(reports.of(*verdicts, **facts), _OPTIMIZER)
    return report.verdicts[0].more_hints


def test_a_ladder_has_three_hints(reports):
    """In the hidden suite a known mistake is the last, in the public one the lesson's."""
    wrong = reports.check("zero_grad_clears_every_gradient", Verdict.FAILED, hint="Print it.")

    hidden, public = _more(reports, wrong), _more(reports, wrong, suite="public")

    assert len(hidden) == len(public) == 2
    assert hidden[0].startswith("The lesson's hint “")
    assert hidden[1].startswith("Known mistakes that fail this check")
    assert all(hint.startswith("The lesson's hint “") for hint in public)


def test_a_mistake_that_fails_what_passed_is_not_meant(reports):
    """What was seen speaks against it."""
    wrong = reports.check("parameters_without_gradient_are_skipped", Verdict.FAILED, hint="h")
    passes = reports.check("step_without_any_gradient_does_nothing")

    alone, beside = _more(reports, wrong), _more(reports, wrong, passes)

    assert "Skip it." in alone[1]
    assert "Skip it." not in beside[1]
    assert "those after it never move" in beside[1]


def test_what_did_not_fail_has_no_ladder(reports):
    """Nor has what is not allowed, or still to be written."""
    kinds = (Verdict.PASSED, Verdict.FORBIDDEN, Verdict.NOT_IMPLEMENTED, Verdict.SKIPPED)
    checks = [reports.check(f"c{n}", kind, hint="h") for n, kind in enumerate(kinds)]
    checks.append(reports.check("c9", Verdict.FAILED))

    report = laddered(reports.of(*checks), _OPTIMIZER)

    assert not any(check.more_hints for check in report.verdicts)
