"""Attempts to use what an exercise rebuilds, or more than it allows, each graded for real.

They are the files of `tests/hostile/` whose names begin with `forbidden` or `limit`. A docstring says
what must hold, what the honest part earns, and with which verdict and words the rest ends. The
reading of the source is switched off, so that the guard in the worker stands alone.
"""

from __future__ import annotations

import ast
import re
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from autograder import grading
from autograder.course.catalog import Catalog
from autograder.grading import Grader
from autograder.sandbox.isolation import Level

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autograder.course.exercise import Exercise

_REPOSITORY = Path(__file__).resolve().parents[1]
_FILES = sorted(
    path for kind in ("forbidden", "limit") for path in (Path(__file__).parent / "hostile").glob(f"{kind}_*.py")
)  # fmt: skip
_NEXT_TO = {"passed", "skipped"}
"""Verdicts that may stand beside the expected one."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="the cage is made of Linux"),
    pytest.mark.skipif(
        not (_REPOSITORY / "solutions" / "optimizer").is_dir(), reason="needs the hidden suite"
    ),
]
each_file = pytest.mark.parametrize("path", _FILES, ids=lambda path: path.stem)


class House(NamedTuple):
    """A grader, and the exercise whose submissions it gets."""

    grader: Grader
    exercise: Exercise
    folder: Path

    def grade(self, source: Path) -> grading.Report:
        """Grade *source* under the name that the exercise wants."""
        shutil.copy(source, self.folder / "optimizer.py")
        return self.grader.grade(self.folder, self.exercise)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Give a grader of the optimizer, without most of its mistakes, which cost time here only."""
    root = tmp_path_factory.mktemp("course")
    for half in ("assignments", "solutions"):
        shutil.copytree(_REPOSITORY / half / "optimizer", root / half / "optimizer")
    for mistake in sorted((root / "solutions" / "optimizer" / "mistakes").glob("*.py"))[1:]:
        mistake.unlink()
    catalog = Catalog(root)
    with Grader(catalog) as grader:
        if grader.server.info.level is Level.NONE:
            pytest.skip(f"no cage on this machine: {grader.server.info.absent}")
        yield House(grader, catalog["optimizer"], tmp_path_factory.mktemp("submission"))


def _fact(path: Path, name: str) -> str:
    doc = ast.get_docstring(ast.parse(path.read_text())) or ""
    found = re.search(rf"^{name}: (.+)$", doc, re.MULTILINE)
    assert found, f"{path.name} does not say {name!r}"
    return found[1]


@each_file
def test_the_guard_alone_says_what_was_wrong(
    house: House, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unread by the policy, an attempt ends with its verdict and words, and earns no more."""
    monkeypatch.setattr(grading, "violations", lambda *_: ())

    report = house.grade(path)

    verdicts = {v.verdict.value for v in report.verdicts}
    assert report.score.earned == float(_fact(path, "Earns")), report.verdicts
    assert _fact(path, "Verdict") in verdicts, report.verdicts
    assert verdicts <= {_fact(path, "Verdict"), *_NEXT_TO}
    said = [f"{v.message}\n{v.output}" for v in report.verdicts]
    assert any(_fact(path, "Says") in text for text in said), said[:3]


@each_file
def test_as_handed_in_it_earns_no_more(house: House, path: Path) -> None:
    """With the policy in front, an attempt earns at most its honest part."""
    assert house.grade(path).score.earned <= float(_fact(path, "Earns"))


def test_the_right_solution_still_earns_everything(house: House) -> None:
    """After all of them, a right solution is graded as if nothing had happened."""
    assert house.grade(house.exercise.solution).passed
