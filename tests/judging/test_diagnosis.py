"""A mistake is named for what it does, never for which checks fail, and never by harm of its own."""

from __future__ import annotations

import os

import pytest
import torch

from autograder.judging.diagnosis import diagnose
from autograder.judging.implementation import Finding, Submitted
from autograder.judging.protocol import Job
from autograder.sandbox.custody import ForkServer
from autograder.sandbox.limits import WorkerLimits
from autograder.sandbox.wire import Load
from autograder.submission.policy import ALLOWED

_PROBES = '''
def double(impl, x):
    """Return twice *x*."""
    return impl.double(x)
'''
_scope: dict[str, object] = {}
exec(_PROBES, _scope)
_double = _scope["double"]
_INPUTS = {
    "one": ({"x": torch.tensor([1.0, 2.0])},),
    "negative": ({"x": torch.tensor([-1.0])}, {"x": torch.tensor([-3.0])}),
    "zero": ({"x": torch.tensor([0.0])},),
}
"""What each check runs the probe on."""


def _module(body):
    """Return a file whose `double` has *body*, or *body* where that is the whole file."""
    return body if body.startswith("def ") else f"def double(x):\n    {body}\n"


@pytest.fixture(scope="module")
def server():
    """Give one fork server for all."""
    with ForkServer() as server:
        yield server


@pytest.fixture
def diagnosed(server, tmp_path):
    """Give a function that diagnoses a body of `double`, among mistakes written as bodies."""

    def diagnosed(body, mistakes, failing=("one",), seconds=0.5, *, passed=(), unknown=()):
        for name, (fails, wrong) in mistakes.items():
            header = f'"""Fails: {fails}. Says: It is {name}."""\n'
            (tmp_path / f"{name}.py").write_text(header + _module(wrong))
        load = Load(
            files={"double.py": _module(body)},
            names=("double",),
            probes=_PROBES,
            imports=ALLOWED,
            forbidden=(),
        )
        job = Job(load=load, limits=WorkerLimits(), seconds=seconds, seed=b"", unknown=unknown)
        runs = {}
        with Submitted(server.control, job.limits, load, seconds) as submitted:
            for check in failing:
                submitted.begin_check()
                for inputs in _INPUTS[check]:
                    try:
                        submitted.run(_double, **inputs)
                    except Finding:
                        break
                runs[check] = submitted.runs
        return diagnose(runs, passed, job, server.control, str(tmp_path))

    return diagnosed


def test_a_mistake_that_behaves_alike_is_named_with_its_sentence_and_checks(diagnosed):
    """The student gets the teacher's sentence, and what it explains."""
    (found,) = diagnosed("return x + x + x", {"triples": ("one, negative", "return 3 * x")})

    assert (found.mistake, found.sentence, found.checks) == ("triples", "It is triples.", ("one",))


def test_a_mistake_that_only_fails_the_same_checks_is_not_named(diagnosed):
    """Names of checks prove nothing; a guess is not sold as knowledge."""
    assert diagnosed("return 4 * x", {"triples": ("one", "return 3 * x")}) == ()


def test_a_mistake_that_agrees_in_one_run_of_two_is_not_named(diagnosed):
    """All that a check ran must come out the same."""
    mistakes = {"shifts": ("negative", "return x - 2")}

    assert diagnosed("return 3 * x", mistakes, ["negative"]) == ()


def test_a_mistake_that_does_not_fail_the_first_check_is_not_named(diagnosed):
    """The first cause is what a student is told."""
    mistakes = {"triples": ("negative", "return 3 * x if x[0] < 0 else 2 * x")}

    assert diagnosed("return 3 * x", mistakes, ["one", "negative"]) == ()
    assert diagnosed("return 3 * x", mistakes, ["negative"]) != ()


def test_the_mistake_that_explains_more_is_named(diagnosed):
    """Of two that behave alike on the first check, the one that goes on alike."""
    mistakes = {
        "a_takes_the_absolute_value": ("one, negative", "return 3 * x.abs()"),
        "triples": ("one, negative", "return 3 * x"),
    }

    (found,) = diagnosed("return 3 * x", mistakes, ["one", "negative"])

    assert (found.mistake, found.checks) == ("triples", ("one", "negative"))


@pytest.mark.parametrize(
    ("failing", "nearest"), [(["one"], "a_few"), (["one", "negative"], "z_all")]
)
def test_ties_go_to_the_mistake_that_fails_the_same_checks(diagnosed, failing, nearest):
    """Whatever their names are in the alphabet."""
    mistakes = {
        "a_few": ("one", "return 3 * x"),
        "z_all": ("one, negative", "return 3 * x"),
    }

    (found,) = diagnosed("return 3 * x", mistakes, failing)

    assert found.mistake == nearest


def test_a_mistake_that_would_fail_what_passed_is_not_named(diagnosed):
    """A check that passed speaks for the submission."""
    mistakes = {"triples": ("one, negative", "return 3 * x")}

    assert diagnosed("return 3 * x", mistakes, passed=("negative",)) == ()
    assert diagnosed("return 3 * x", mistakes, passed=("zero",))


def test_a_mistake_that_is_left_out_is_not_named(diagnosed):
    """So that one can measure how the diagnosis does without it."""
    mistakes = {"triples": ("one", "return 3 * x")}

    assert diagnosed("return 3 * x", mistakes, unknown=("triples",)) == ()


def test_a_mistake_that_explains_too_little_is_not_named(diagnosed):
    """Something else is wrong as well, and may be the cause of it all."""
    wrong = "return 3 * x if x[0] > 0 else 5 * x - 1"
    mistakes = {"triples": ("one", "return 3 * x")}

    assert diagnosed(wrong, mistakes, ["one", "negative", "zero"]) == ()
    assert diagnosed(wrong, mistakes, ["one", "zero"]) != ()


def test_a_mistake_that_explains_part_of_what_it_fails_is_not_named(diagnosed):
    """Where it would fail, the submission did something else."""
    wrong = "return 3 * x if x[0] > 0 else 5 * x - 1"
    mistakes = {"triples": ("one, zero", "return 3 * x")}

    assert diagnosed(wrong, mistakes, ["one", "zero", "negative"]) == ()


def test_a_mistake_that_fails_exactly_these_checks_is_named(diagnosed):
    """What lives on between checks may make the later ones differ."""
    wrong = "return 3 * x if x[0] > 0 else 5 * x - 1"
    mistakes = {"triples": ("one, zero, negative", "return 3 * x")}

    assert diagnosed(wrong, mistakes, ["one", "zero", "negative"]) != ()


def test_two_mistakes_that_fail_different_checks_are_both_named(diagnosed):
    """Each explains what the other does not; the one of the first check comes first."""
    wrong = "return 3 * x if x[0] > 0 else x - 2"
    mistakes = {
        "a_shifts": ("negative", "return x - 2 if x[0] < 0 else 2 * x"),
        "triples": ("one", "return 3 * x if x[0] > 0 else 2 * x"),
    }

    found = diagnosed(wrong, mistakes, ["one", "negative"])

    assert [(known.mistake, known.checks) for known in found] == [
        ("triples", ("one",)),
        ("a_shifts", ("negative",)),
    ]


def test_two_mistakes_in_one_check_are_found_by_putting_them_into_one_file(diagnosed):
    """Neither alone does what both together do."""
    halves = "def double(x):\n    return twice(x) {}\n\n\ndef twice(x):\n    return {} * x\n"
    mistakes = {
        "adds_one": ("one", halves.format("+ 1", 2)),
        "triples": ("one", halves.format("", 3)),
        "z_quarters": ("one", halves.format("", 0.25)),
    }

    found = diagnosed("return 3 * x + 1", mistakes)

    assert {known.mistake for known in found} == {"adds_one", "triples"}
    assert {known.checks for known in found} == {("one",)}


def test_rounding_does_not_hide_a_mistake(diagnosed):
    """Another spelling of the same wrong idea behaves alike."""
    (found,) = diagnosed("return x / (1 / 3)", {"triples": ("one", "return 3 * x")})

    assert found.mistake == "triples"


def test_the_same_exception_is_the_same_behaviour(diagnosed):
    """Type and message count, the line does not; addresses in a message do not, either."""
    mistakes = {"asks": ("one", "\n    raise TypeError(f'{object()} is no tensor')")}

    (found,) = diagnosed("raise TypeError(f'{object()} is no tensor')", mistakes)

    assert found.mistake == "asks"


@pytest.mark.parametrize(
    "other", ["raise ValueError('x')", "raise TypeError('y')", "return x", "raise SystemExit"]
)
def test_another_exception_is_other_behaviour(diagnosed, other):
    """Two ways to fail are two mistakes."""
    assert diagnosed("raise TypeError('x')", {"asks": ("one", other)}) == ()


def test_what_hangs_is_never_named(diagnosed):
    """Two endless loops have nothing in common that could be known."""
    endless = "while True: pass"

    assert diagnosed(endless, {"loops": ("one", endless)}, seconds=0.2) == ()


@pytest.mark.parametrize(
    "harm",
    [
        "while True: pass",
        "import contextlib; vars(contextlib)['os']._exit(0)",
        "return [[]] * 10**6",
        "raise KeyboardInterrupt",
        "pass\nreturn",
        "import socket",
        "pass\n1 / 0",
    ],
)
def test_a_mistake_that_breaks_does_not_harm(diagnosed, harm):
    """It is not named, and the one after it still is."""
    mistakes = {"a_breaks": ("one", harm), "triples": ("one", "return 3 * x")}

    (found,) = diagnosed("return 3 * x", mistakes, seconds=0.2)

    assert found.mistake == "triples"


def test_nothing_failed_and_nothing_known_is_no_diagnosis(diagnosed):
    """There is nothing to explain, or nothing to explain it with."""
    assert diagnosed("return 3 * x", {"triples": ("one", "return 3 * x")}, []) == ()
    assert diagnose({"one": []}, (), None, None, None) == ()


def test_runs_are_repeated_up_to_a_bound(diagnosed, monkeypatch):
    """A submission that fails everywhere stays cheap; what was not repeated is not explained."""
    monkeypatch.setattr("autograder.judging.lineup._MOST_RUNS", 1)

    (found,) = diagnosed(
        "return 3 * x", {"triples": ("one, negative", "return 3 * x")}, ["one", "negative"]
    )

    assert found.checks == ("one",)


_LEAVES_A_MARK = "import numpy\n    numpy.mark = 1\n    return 5 * x"
_READS_THE_MARK = "import numpy\n    return 3 * x if hasattr(numpy, 'mark') else 4 * x"


def test_a_mistake_is_not_named_for_what_another_left_behind(diagnosed):
    """They take turns in one process, where one may make the next look like the submission."""
    mistakes = {"a_marks": ("one", _LEAVES_A_MARK), "reads": ("one", _READS_THE_MARK)}

    assert diagnosed("return 3 * x", mistakes) == ()
    assert diagnosed("return 4 * x", {"reads": mistakes["reads"]}) != ()


def test_who_comes_after_one_that_was_not_sure_is_still_named(diagnosed):
    """The search goes on behind it."""
    mistakes = {
        "a_marks": ("one", _LEAVES_A_MARK),
        "reads": ("one", _READS_THE_MARK),
        "triples": ("one", "return 3 * x"),
    }

    (found,) = diagnosed("return 3 * x", mistakes)

    assert found.mistake == "triples"


def test_known_mistakes_share_few_processes(diagnosed, monkeypatch):
    """A fork of the judge costs more than ten of them together."""
    forks = []
    fork = os.fork
    monkeypatch.setattr(os, "fork", lambda: forks.append(0) or fork())
    mistakes = {f"adds_{k}": ("one", f"return x + {k}") for k in range(10)}

    assert diagnosed("return 3 * x", mistakes) == ()
    assert len(forks) == 2  # each as it is, then two in one file
    (found,) = diagnosed("return x + 7", mistakes)
    assert found.mistake == "adds_7"
    assert len(forks) == 4  # together, then alone


def test_a_mistake_that_explains_only_the_later_check_of_two_is_found(diagnosed):
    """It is dropped at its first check, and seen again where it may explain what is left."""
    wrong = "return 3 * x if x[0] > 0 else x - 2"
    halves = "def double(x):\n    return times(x) - {}\n\n\ndef times(x):\n    return {} * x\n"
    mistakes = {
        "a_shifts": ("one, negative", halves.format(2, 1)),
        "triples": ("one", halves.format(0, 3)),
    }

    found = diagnosed(wrong, mistakes, ["one", "negative"])

    assert [known.mistake for known in found] == ["triples", "a_shifts"]
