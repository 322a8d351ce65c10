"""torch itself passes the hidden suites: what it does cannot be wrong of a student.

Every exercise has a stand-in, `suite/torch_impl.py`, which offers torch's own classes under the
exercise's names. Here it is handed in as a student's file would be, caged and judged, with nothing
forbidden, to the whole suite: budgets and the clock included. A suite that torch fails asks for
something that torch does not do, by accident or by a convention of its own. A convention must be
said: the stand-in's docstring has a line `Differs: <check>, <check>.`, and NOTES.md says why. The
checks on that line, and no others, must fail: one that torch passes must not stand there, since the
line is what a teacher reads of how far the exercise is from torch. What is skipped because it
builds on one of them is not named, as with a mistake.

Some stand-ins are more than a name. Where torch has no such thing (`backward`, `training_loop`,
`validation`, the accuracy of `losses`), they are a few lines around what torch has, so for these
the test says that the suite, the lines and torch agree. A part that cannot run in a cage (torch's
own worker processes, in `workers`) is named on the line with what it fails.
"""

from __future__ import annotations

import ast
import re
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from autograder import grading
from autograder.course.catalog import Catalog
from autograder.grading import Grader
from autograder.sandbox.isolation import Level

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autograder.course.exercise import Exercise
    from autograder.results.report import Report

_REPOSITORY = Path(__file__).resolve().parents[1]
_STAND_IN = "suite/torch_impl.py"
_EXERCISES = [e for e in Catalog(_REPOSITORY).everything if (e.secret / _STAND_IN).is_file()]
_MORE_IMPORTS = ("warnings",)
_BESIDE = {"passed", "skipped"}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="the cage is made of Linux"),
    pytest.mark.skipif(not _EXERCISES, reason="needs the hidden suites"),
]


@pytest.fixture(scope="module")
def grader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grader]:
    """Give a grader of all exercises without their mistakes: there is nothing to be named."""
    root = tmp_path_factory.mktemp("course")
    for exercise in _EXERCISES:
        shutil.copytree(exercise.public, root / "assignments" / exercise.id)
        secret = root / "solutions" / exercise.id
        shutil.copytree(exercise.secret / "suite", secret / "suite")
        shutil.copy(exercise.solution, secret)
    with Grader(Catalog(root)) as made:
        if made.server.info.level is Level.NONE:
            pytest.skip(f"no cage on this machine: {made.server.info.absent}")
        yield made


def _permitted(exercise: Exercise) -> Exercise:
    """Return *exercise* with nothing forbidden, on the CPU."""
    policy = msgspec.structs.replace(
        exercise.policy, forbidden=(), imports=(*exercise.policy.imports, *_MORE_IMPORTS)
    )
    return msgspec.structs.replace(exercise, policy=policy, devices=("cpu",))


def _differs(stand_in: Path) -> set[str]:
    """Return the checks on the line `Differs: …` of the docstring; none where there is no line."""
    doc = ast.get_docstring(ast.parse(stand_in.read_text(encoding="utf-8"))) or ""
    line = re.search(r"^Differs: ([^.]+)\.", doc, re.MULTILINE)
    return set(re.split(r",\s+", line[1])) if line else set()


def _failed(report: Report) -> dict[str, str]:
    """Return what each failed check said."""
    assert report.problem is None, report.problem
    return {
        verdict.check: f"{verdict.verdict}: {verdict.message}"
        for verdict in report.verdicts
        if verdict.verdict not in _BESIDE
    }


@pytest.mark.parametrize("exercise_id", [e.id for e in _EXERCISES])
def test_torch_fails_only_where_it_is_known_to_differ(
    exercise_id: str, grader: Grader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """torch passes every check but those on its stand-in's line `Differs`, and fails those."""
    # Stand-ins reach into torch as no student need do, so the reading of the source is off, too.
    monkeypatch.setattr(grading, "violations", lambda *_: [])
    exercise = grader.catalog[exercise_id]
    stand_in = exercise.secret / _STAND_IN
    shutil.copy(stand_in, tmp_path / exercise.files[0])

    report = grader.grade(tmp_path, _permitted(exercise))

    failed, known = _failed(report), _differs(stand_in)
    surprises = {check: said for check, said in failed.items() if check not in known}
    assert not surprises, f"torch fails checks of {exercise_id!r} that are not on its line"
    assert known <= failed.keys(), f"torch passes {sorted(known - failed.keys())}, which are named"


def test_a_line_of_differences_is_read(tmp_path: Path) -> None:
    """Names may go on in the next line; without a line there is none, so all must pass."""
    told, untold = tmp_path / "told.py", tmp_path / "untold.py"
    told.write_text('"""Torch.\n\nDiffers: one_check, another,\nthe_last. Why: see NOTES.\n"""\n')
    untold.write_text('"""Torch; differs in nothing."""\n')

    assert _differs(told) == {"one_check", "another", "the_last"}
    assert _differs(untold) == set()
