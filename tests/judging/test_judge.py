"""The judge, as the grader sees it: what a suite says, and what of it reaches a report."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from autograder.course.catalog import Catalog
from autograder.errors import CourseError
from autograder.grading import Grader
from autograder.results.verdict import Verdict

_TINY = Path(__file__).resolve().parents[1] / "tiny_course"
_HEAD = '''
"""Checks of the judge's own tests."""

from probes import total_of

import pytest
import torch
from autograder.suite import assert_close, check, require

ONE = torch.ones(2)


def seen(submission):
    return submission.run(total_of, parts=[ONE, ONE])
'''
_CORRECTNESS = f'''{_HEAD}

@check(requires="base")
def test_written_before_its_foundation(submission):
    """It builds on what stands below."""
    seen(submission)


@check(hint="Of the check.")
def test_base(submission):
    """The foundation holds."""
    seen(submission)


@check()
def test_bare_assert(submission):
    """A suite may use a bare assert."""
    secret = 987654321
    assert seen(submission).sum() == secret


@check()
def test_bare_assert_about_tensors(submission):
    """A suite may compare what it likes."""
    secret = [torch.tensor([9876.5])]
    assert [seen(submission)] + [1] == secret, f"the secret is {{secret}}"


@check(hint="Of the check.")
def test_hint_of_the_comparison(submission):
    """A comparison's own hint counts more."""
    require(False, "never", hint="Of the comparison.")


@check()
def test_trouble(submission):
    """The suite itself breaks."""
    raise KeyError("missing")


@check()
def test_pytest_fail(submission):
    """A suite that calls pytest.fail is not understood."""
    pytest.fail("no")


@check(points=0)
def test_worth_nothing(submission):
    """It only explains."""
'''
_SPEED = f'''{_HEAD}

@check(points=2)
def test_named_after_its_file(submission):
    """The part is the file's."""


@check(part="parity")
def test_named_by_its_author(submission):
    """The part is what the author says."""


@check()
def test_two_parts_print(submission):
    """What is printed is of this check alone."""
    print("the judge's own words")
    seen(submission)
'''
_HANGING = _HEAD + "".join(
    f'\n\n@check()\ndef test_t{i}(submission):\n    """Number {i}."""\n    seen(submission)\n'
    for i in range(5)
)


def _course(folder, **suites):
    """Write the tiny course with other suites, by file name, in the place of its own."""
    root = folder / "course"
    shutil.copytree(_TINY, root)
    suite = root / "solutions/counter/suite"
    for path in suite.glob("test_*.py"):
        path.unlink()
    for name, text in suites.items():
        (suite / f"test_{name}.py").write_text(text)
    toml = root / "assignments/counter/exercise.toml"
    toml.write_text(toml.read_text().replace("seconds = 1.0", "seconds = 0.2"))
    return Catalog(root)


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """Give the report on the right solution, by a suite of every kind of check."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TORCHGRADE_SECRET", "of-the-tests")
        folder = tmp_path_factory.mktemp("judge")
        catalog = _course(folder, correctness=_CORRECTNESS, speed=_SPEED)
        solution = folder / "counter.py"
        text = (_TINY / "solutions/counter/counter.py").read_text()
        solution.write_text(text.replace("self._sum = x.clone()", "print('x'); self._sum = x"))
        with Grader(catalog) as grader:
            yield grader.grade(solution, catalog["counter"])


@pytest.fixture
def of(report):
    """Give a function that finds what became of one check."""
    return {check.check: check for check in report.verdicts}.__getitem__


def test_checks_run_after_what_they_require(report):
    """The order of the report is the order in which they ran."""
    names = [check.check for check in report.verdicts]

    assert names[:3] == ["base", "written_before_its_foundation", "bare_assert"]


@pytest.mark.parametrize("check", ["bare_assert", "bare_assert_about_tensors"])
def test_a_bare_assert_fails_and_gives_nothing_away(report, of, check):
    """Pytest's rewriting knows the operands, and the author's message; the report does not."""
    assert of(check).verdict is Verdict.FAILED
    assert of(check).message == "this does not hold"
    assert "9876" not in report.to_json()


def test_the_hint_of_a_comparison_replaces_the_checks(of):
    """The nearer one helps more; a check that passes needs none."""
    assert of("hint_of_the_comparison").hint == "Of the comparison."
    assert of("base").hint is None


@pytest.mark.parametrize(("check", "kind"), [("trouble", "KeyError"), ("pytest_fail", "Failed")])
def test_what_the_judge_does_not_understand_is_errored(of, check, kind):
    """It is our fault, is worth nothing, and says what it was."""
    assert (of(check).verdict, of(check).earned) == (Verdict.ERRORED, 0)
    assert kind in of(check).message


def test_parts_come_from_file_names_and_authors(of):
    """`test_speed.py` holds the speed part, unless a check says otherwise."""
    assert of("base").part == "correctness"
    assert of("named_after_its_file").part == "speed"
    assert of("named_by_its_author").part == "parity"


def test_points_add_up_by_part(report):
    """What was earned is the sum of what passed."""
    earned = {part.part: (part.earned, part.possible) for part in report.parts}

    assert earned == {"correctness": (2, 7), "parity": (1, 1), "speed": (3, 3)}


def test_what_is_printed_belongs_to_its_check_and_is_the_students(of):
    """The suite's own prints stay in the judge."""
    assert of("two_parts_print").output == "x\nx\n"
    assert of("named_after_its_file").output is None


def test_after_three_timeouts_nothing_more_is_tried(tmp_path):
    """A submission that hangs everywhere costs three deadlines."""
    catalog = _course(tmp_path, correctness=_HANGING)
    hangs = "class Counter:\n    def add(self, x):\n        while True: pass\n    total = add\n"
    (tmp_path / "counter.py").write_text(hangs)

    with Grader(catalog) as grader:
        report = grader.grade(tmp_path, catalog["counter"])

    verdicts = [check.verdict for check in report.verdicts]
    assert verdicts == [Verdict.TIMED_OUT] * 3 + [Verdict.SKIPPED] * 2
    assert report.verdicts[-1].message == "not tried: 3 checks before it ran out of time"
    assert report.diagnosis == ()


_ONE = f'{_HEAD}\n\n@check()\ndef test_one(submission):\n    """It holds."""\n'


@pytest.mark.parametrize(
    ("suites", "sentence"),
    [
        ({"correctness": _ONE, "parity": _ONE}, "two checks are named 'one'"),
        ({"correctness": _ONE.replace("@check()", "@check(requires='two')")}, "requires 'two'"),
        ({"correctness": _ONE.replace("@check()", "@check(requires='one')")}, "circle: one → one"),
        ({"correctness": "x = 1\n"}, "no checks were found"),
        ({}, "no checks were found"),
        ({"correctness": "def f(:\n"}, "SyntaxError"),
        ({"correctness": _ONE, "parity": "import no_such_module\n"}, "no_such_module"),
        ({"correctness": _ONE.replace('"""It holds."""', "pass")}, "docstring whose first"),
    ],
    ids=["twice", "unknown", "circle", "none", "empty", "syntax", "import", "untitled"],
)
@pytest.mark.slow
def test_a_broken_suite_is_one_sentence_for_its_author(tmp_path, suites, sentence):
    """Nobody is graded by half a suite."""
    catalog = _course(tmp_path, **suites)

    with (
        Grader(catalog) as grader,
        pytest.raises(CourseError, match=f"The suite of 'counter' is broken: .*{sentence}"),
    ):
        grader.grade(_TINY / "solutions/counter/counter.py", catalog["counter"])


_BEFORE_THE_FORK = f'''{_HEAD}
import os
import sys

from autograder.suite import draw_normal

AT_THE_FORK = set()
os.register_at_fork(after_in_child=lambda: AT_THE_FORK.update(sys.modules))


@check()
def test_first(submission, torch_impl, solution, speed, rng):
    """It does what a check does, and fails."""
    part = draw_normal(rng, 3, 2)
    torch_impl.run(total_of, parts=[part])
    solution.run(total_of, parts=[part])
    assert_close(submission.run(total_of, parts=[part]), part + 1)


@check()
def test_second(submission):
    """It fails with what came in since the fork, the first check's report included."""
    more = sorted(set(sys.modules) - AT_THE_FORK)
    require(AT_THE_FORK, "nothing was noted")
    require(not more, f"imported for one submission: {{more}}")
'''


def test_nothing_is_imported_for_one_submission_alone(tmp_path):
    """What every child of the judge would import again is there before it is forked."""
    catalog = _course(tmp_path, correctness=_BEFORE_THE_FORK)

    with Grader(catalog) as grader:
        report = grader.grade(_TINY / "solutions/counter/counter.py", catalog["counter"])

    first, second = report.verdicts
    assert (first.verdict, first.message[:10]) == (Verdict.FAILED, "the result")
    assert (second.verdict, second.message) == (Verdict.PASSED, None)


def test_only_the_parts_that_are_asked_for_are_judged(tmp_path):
    """One part by its name, or several; what is left out stands in no report."""
    catalog = _course(tmp_path, correctness=_CORRECTNESS, speed=_SPEED)
    solution = _TINY / "solutions/counter/counter.py"

    with Grader(catalog) as grader:
        one = grader.grade(solution, catalog["counter"], part="parity")
        two = grader.grade(solution, catalog["counter"], part=("parity", "speed"))

    assert {check.part for check in one.verdicts} == {"parity"}
    assert {check.part for check in two.verdicts} == {"parity", "speed"}
