"""A mistake is named for what it does, never for which checks fail, and never by harm of its own."""

from __future__ import annotations

import pytest
import torch

from autograder.judging.diagnosis import diagnose, read_mistakes
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


@pytest.fixture(scope="module")
def server():
    """Give one fork server for all."""
    with ForkServer() as server:
        yield server


@pytest.fixture
def diagnosed(server, tmp_path):
    """Give a function that diagnoses a body of `double`, among mistakes written as bodies."""

    def diagnosed(body, mistakes, failing=("one",), seconds=0.5):
        for name, (fails, wrong) in mistakes.items():
            header = f'"""Fails: {fails}. Says: It is {name}."""\n'
            (tmp_path / f"{name}.py").write_text(f"{header}def double(x):\n    {wrong}\n")
        load = Load(
            files={"double.py": f"def double(x):\n    {body}\n"},
            names=("double",),
            probes=_PROBES,
            imports=ALLOWED,
            forbidden=(),
        )
        job = Job(load=load, limits=WorkerLimits(), seconds=seconds, seed=b"")
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
        return diagnose(runs, job, server.control, str(tmp_path))

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
    mistakes = {"triples": ("negative", "return 3 * x")}

    assert diagnosed("return 3 * x", mistakes, ["one", "negative"]) == ()


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


def test_nothing_failed_and_nothing_known_is_no_diagnosis(diagnosed, tmp_path):
    """There is nothing to explain, or nothing to explain it with."""
    assert diagnosed("return 3 * x", {"triples": ("one", "return 3 * x")}, []) == ()
    assert diagnose({"one": []}, None, None, None) == ()
    assert read_mistakes(tmp_path / "nowhere") == ()


def test_runs_are_repeated_up_to_a_bound(diagnosed, monkeypatch):
    """A submission that fails everywhere stays cheap; what was not repeated is not explained."""
    monkeypatch.setattr("autograder.judging.diagnosis._MOST_RUNS", 1)

    (found,) = diagnosed(
        "return 3 * x", {"triples": ("one, negative", "return 3 * x")}, ["one", "negative"]
    )

    assert found.checks == ("one",)


# Headers


def _written(tmp_path, text):
    (tmp_path / "wrong.py").write_text(text)
    return read_mistakes(tmp_path)


def test_a_header_may_take_several_lines(tmp_path):
    """Checks and sentence are put back into one line each."""
    (found,) = _written(tmp_path, '"""Fails: one,\ntwo.\n\nSays: First this.\nThen that.\n"""\n')

    assert found.name == "wrong"
    assert found.fails == {"one", "two"}
    assert found.says == "First this. Then that."


@pytest.mark.parametrize(
    "text", ["", "x = 1", '"""Just words."""', '"""Fails: one."""', '"""Says: that. Fails: one."""']
)
def test_a_mistake_without_a_header_is_named(tmp_path, text):
    """The author reads which file, and what it must begin with."""
    with pytest.raises(ValueError, match=r"wrong\.py does not begin with 'Fails: <checks>"):
        _written(tmp_path, text)


def test_a_mistake_that_is_no_python_is_named(tmp_path):
    """The author reads which file, and which line."""
    with pytest.raises(ValueError, match=r"wrong\.py is not Python: .* line 2"):
        _written(tmp_path, "x = 1\ndef f(:\n")
