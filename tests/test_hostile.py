"""Grade attacks on the cage and the judge for real; look at what they got and what they left.

They are the files of `tests/hostile/` that begin with `Expect:` and what must hold; `Earns:` says
what their honest part is worth. Each is graded twice: as a student would hand it in; and blindly, with the reading of the source and the
guard in the worker switched off, so that the cage and the judge stand alone.
"""

from __future__ import annotations

import ast
import contextlib
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from autograder import grading
from autograder.course.catalog import Catalog
from autograder.course.exercise import Suite
from autograder.grading import Grader
from autograder.results.verdict import Verdict
from autograder.sandbox import custody
from autograder.sandbox.isolation import Level

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autograder.results.report import Report

_REPOSITORY = Path(__file__).resolve().parents[1]
_ATTACKS = [
    path
    for path in sorted((Path(__file__).parent / "hostile").glob("*.py"))
    if path.read_text().startswith('"""Expect: ')
]
_CANARY = "canary-of-the"
_BLIND = """
import sys
sys.path.insert(0, {root!r})
import autograder
del sys.path[0]
import msgspec
from autograder.sandbox import forkserver
import_everything = forkserver._import_everything
def blind():
    info = import_everything()
    import builtins
    from autograder.sandbox import guard
    guard.take_away = lambda *_: ()
    guard.watch = lambda *_: None
    guard.guarded_builtins = lambda *_: vars(builtins)
    return info
forkserver._import_everything = blind
forkserver.main(msgspec.json.decode({config!r}, type=forkserver.Config))
"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="the cage is made of Linux"),
    pytest.mark.skipif(
        not (_REPOSITORY / "solutions" / "optimizer").is_dir(), reason="needs the hidden suite"
    ),
]


class House:
    """A grader on a course with canaries in everything secret, and what it looks like at rest.

    Args:
        root: The course.
        folder: Where temporary files go.
        blind: Whether nobody reads the source or guards the worker.
    """

    def __init__(self, root: Path, folder: Path, *, blind: bool) -> None:
        self.blind = blind
        self.exercise = Catalog(root)["optimizer"]
        self.grader = Grader(Catalog(root))
        self.folder = folder
        if self.grader.server.info.level is Level.NONE:
            pytest.skip(f"no cage on this machine: {self.grader.server.info.absent}")
        for suite in Suite:
            self.grader.prepare(self.exercise, suite)
        assert all(judge.checks for judge in self.grader._judges.values())  # it is ready
        self._processes, self._files = self._alive(), self._left()

    def grade(self, source: Path, suite: Suite = Suite.HIDDEN) -> Report:
        """Grade the file *source*, under the name that the exercise wants."""
        place = self.folder.parent / f"submission-{time.monotonic_ns()}"
        place.mkdir()
        shutil.copy(source, place / "optimizer.py")
        try:
            with pytest.MonkeyPatch.context() as patch:
                if self.blind:
                    patch.setattr(grading, "violations", lambda *_: ())
                return self.grader.grade(place, self.exercise, suite=suite)
        finally:
            shutil.rmtree(place)

    def is_as_before(self) -> bool:
        """Wait until no process and no file is left that was not there at rest."""
        end = time.monotonic() + 5
        while self._alive() != self._processes or self._left() != self._files:
            if time.monotonic() > end:
                return False
            time.sleep(0.02)
        return True

    def _left(self) -> set[Path]:
        """Return every file, but those by which judges agree on a core."""
        return {path for path in self.folder.rglob("*") if path.suffix != ".lock"}

    def _alive(self) -> set[int]:
        judges = [judge._process.pid for judge in self.grader._judges.values()]
        pids = [self.grader.server._process.pid, *judges]
        return set(pids).union(*(_descendants(pid) for pid in pids))


def _descendants(pid: int) -> set[int]:
    found: set[int] = set()
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in map(int, children.read_text().split()):
                found |= {child} | _descendants(child)
    return found


def _course_with_canaries(root: Path) -> Path:
    """Return a copy of the course's optimizer; every secret file of it bears a canary."""
    for half in ("assignments", "solutions"):
        ignored = shutil.ignore_patterns("__pycache__", ".secret")
        shutil.copytree(_REPOSITORY / half / "optimizer", root / half / "optimizer", ignore=ignored)
    secret = root / "solutions" / "optimizer"
    mistakes = sorted((secret / "mistakes").glob("*.py"))
    for path in mistakes[3:]:  # a few are enough to be found
        path.unlink()
    for path in secret.rglob("*"):
        if path.is_file() and path.name != "probes.py":  # which holds no secret, by design
            text = path.read_text()
            path.write_text(f"{text}\n# {_CANARY}-{path.stem.replace('_', '-')}\n")
    (root / "solutions" / ".secret").write_text(f"{_CANARY}-secret")
    toml = root / "assignments" / "optimizer" / "exercise.toml"
    toml.write_text(toml.read_text() + "\n[limits]\nseconds = 0.5\n")
    return root


@contextlib.contextmanager
def _open_house(*, blind: bool) -> Iterator[House]:
    place = Path(tempfile.mkdtemp(prefix="torchgrade-hostile-"))
    folder = place / "left"
    folder.mkdir()
    for path in (place, folder):
        path.chmod(0o711)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("TMPDIR", str(folder))
            patch.setenv("TORCHGRADE_CANARY", f"{_CANARY}-environment")
            patch.setitem(custody._ENVIRONMENT, "TMPDIR", str(folder))
            if blind:
                patch.setattr(custody, "_START", _BLIND)
            house = House(_course_with_canaries(place / "course"), folder, blind=blind)
        with house.grader:
            yield house
    finally:
        shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(scope="module")
def watchful() -> Iterator[House]:
    """Give a house in which the source is read and the worker is guarded."""
    with _open_house(blind=False) as house:
        yield house


@pytest.fixture(scope="module")
def blind() -> Iterator[House]:
    """Give a house in which nobody looks at what student code does."""
    with _open_house(blind=True) as house:
        yield house


def _fact(attack: Path, name: str) -> str | None:
    found = re.search(
        rf"^{name}: (.+)$", ast.get_docstring(ast.parse(attack.read_text())), re.MULTILINE
    )
    return found[1] if found else None


def _names(attacks: list[Path]) -> dict[str, object]:
    return {"argvalues": attacks, "ids": [attack.stem for attack in attacks]}


@pytest.mark.parametrize("attack", **_names(_ATTACKS))
def test_attacks_say_what_must_hold(attack: Path) -> None:
    """Every attack says in one sentence what must hold, and in numbers what it earns."""
    doc = ast.get_docstring(ast.parse(attack.read_text())) or ""

    assert doc.splitlines()[0].endswith(".")
    assert (_fact(attack, "Earns") or "").isdigit()


def _require_nothing_leaked(house: House, report: Report) -> None:
    for text in (report.to_json(), report.for_student().to_json()):
        assert _CANARY not in text
    assert report.environment.seed not in report.for_student().to_json()
    assert len(report.to_json()) < 500_000
    assert house.is_as_before()


@pytest.mark.parametrize("attack", **_names([a for a in _ATTACKS if not _fact(a, "Needs")]))
def test_the_cage_and_the_judge_alone_hold(blind: House, attack: Path) -> None:
    """An attack that nobody looks at earns what it says, and leaves and learns nothing."""
    report = blind.grade(attack)

    possible = report.score.possible
    assert possible > 0
    assert report.score.earned == float(_fact(attack, "Earns") or 0)
    _require_nothing_leaked(blind, report)
    assert blind.grade(blind.exercise.solution, Suite.PUBLIC).passed


@pytest.mark.parametrize("attack", **_names(_ATTACKS))
def test_attacks_that_are_watched_earn_no_more(watchful: House, attack: Path) -> None:
    """As handed in, an attack earns no more, and leaves and learns nothing."""
    report = watchful.grade(attack)

    assert report.score.earned <= float(_fact(attack, "Earns") or 0)
    _require_nothing_leaked(watchful, report)


@pytest.mark.parametrize("house", ["blind", "watchful"])
def test_the_right_solution_still_earns_everything(
    request: pytest.FixtureRequest, house: str
) -> None:
    """After all of them, a right solution is graded as if nothing had happened."""
    found: House = request.getfixturevalue(house)

    report = found.grade(found.exercise.solution)

    assert report.score.earned == report.score.possible
    tried = [v for v in report.verdicts if v.verdict is not Verdict.SKIPPED]
    assert {v.verdict for v in tried} == {Verdict.PASSED}  # without a GPU some are not tried
