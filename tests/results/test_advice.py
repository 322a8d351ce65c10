"""The last sentence of the feedback is what to do next."""

from __future__ import annotations

from autograder.results.advice import next_step


def test_a_failure_points_at_the_hints(course, reports):
    """Who is stuck finds the next hint."""
    said = next_step(reports.failed(), course["adder"], course["doubler"])

    assert said == "Stuck? 'grade hint adder' shows the next hint."


def test_passed_public_checks_lead_to_handing_in(course, reports):
    """Public checks are not the whole."""
    said = next_step(reports.passed(suite="public"), course["adder"], course["doubler"])

    assert said == "Hand it in: 'grade submit adder'."


def test_without_a_hidden_suite_the_next_exercise_follows(course, reports):
    """What cannot be handed in here is not asked for."""
    said = next_step(reports.passed(suite="public"), course["halver"], course["adder"])

    assert said == "Next: 'grade start adder'."


def test_a_passed_submission_leads_to_the_next_exercise(course, reports):
    """One exercise leads to the other."""
    said = next_step(reports.passed(), course["adder"], course["doubler"])

    assert said == "Next: 'grade start doubler'."


def test_the_end_of_the_course_trains_a_network(course, reports):
    """Everything that was built comes together."""
    assert "'grade train'" in next_step(reports.passed(), course["halver"], None)


def test_what_was_not_judged_gets_no_advice(course, reports):
    """The feedback has said already what to do."""
    assert next_step(reports.ungradable(), course["adder"], None) == ""
    assert next_step(reports.errored(), course["adder"], None) == ""
