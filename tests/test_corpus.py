"""Every cheat of the corpus, graded for real: no point, no secret, nothing left, and the next one as if nothing was.

An attack is graded as it was handed in; and blindly, with the reading of the source and the guard in
the worker switched off, so that what lies behind them stands alone, with namespaces and without.
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
import json
import os
import pwd
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest
from rich.console import Console

from autograder import grading
from autograder.course.catalog import Catalog
from autograder.course.exercise import Suite
from autograder.grading import Grader
from autograder.results import feedback
from autograder.results.verdict import Verdict
from autograder.sandbox import custody

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from autograder.results.report import Report

_ROOT = Path(__file__).resolve().parents[1]
_CORPUS = Path(__file__).with_name("corpus.py")
_SPEC = importlib.util.spec_from_file_location("corpus", _CORPUS)
corpus = importlib.util.module_from_spec(_SPEC)
sys.modules["corpus"] = corpus  # msgspec looks its annotations up there
_SPEC.loader.exec_module(corpus)

_FAMILIES = ("reads", "forges", "fakes", "harms", "speaks")
# Files that other tests grade say in another way what must become of them.
_ATTACKS = [a for a in corpus.attacks(*_FAMILIES) if a.exercise and a.earns is not None]
_EXERCISES = ("mlp", "optimizer", "dataset", "dataloader")
_LEVEL = os.environ.get("TORCHGRADE_CORPUS_LEVEL", "full")
"""Where attacks are graded as they were handed in; `test_corpus_as_user.py` asks for another."""
_SECONDS = 1.0
"""What a probe may take here: every attack that hangs costs this much."""
_GONE = 10.0
"""Seconds that a killed process and its files may need to be gone on a busy machine."""
_USUAL = "optimizer"
_KEPT_MISTAKES = 2
_MORE = 128 * 2**20
"""Bytes of memory that a process may have more than at its start."""
_BLIND = """
import builtins
from autograder.sandbox import guard
guard.take_away = lambda _: guard.Taken((), None)
guard.guarded_builtins = lambda _: vars(builtins)
guard.watch = lambda *_: None
forkserver.main("""
"""What a fork server does first whose workers have no guard."""


@pytest.fixture(scope="module")
def canary() -> str:
    """Give a word that stands in every secret place, and must be seen nowhere else."""
    return f"canary-{secrets.token_hex(8)}"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory, canary: str) -> Catalog:
    """Give a copy of the course with the canary in every secret file that never enters a cage.

    Probes do enter it. Diagnosis is another test's business: without mistakes, failing is cheap.
    """
    root = tmp_path_factory.mktemp("course")
    left_out = shutil.ignore_patterns("__pycache__", ".secret", "spellings")
    for half in ("assignments", "solutions"):
        for exercise in _EXERCISES:
            shutil.copytree(_ROOT / half / exercise, root / half / exercise, ignore=left_out)
    for exercise in _EXERCISES:
        kept = 0 if exercise == _USUAL else _KEPT_MISTAKES
        for mistake in sorted((root / "solutions" / exercise / "mistakes").iterdir())[kept:]:
            mistake.unlink()
        toml = root / "assignments" / exercise / "exercise.toml"
        text = toml.read_text(encoding="utf-8")
        assert "[limits]" not in text
        toml.write_text(f"{text}\n[limits]\nseconds = {_SECONDS}\n", encoding="utf-8")
    for path in (root / "solutions").rglob("*"):
        if path.is_file() and path.name != "probes.py":
            mark = f"<!-- {canary} -->" if path.suffix == ".md" else f"# {canary}"
            path.write_text(f"{mark}\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
    (root / "solutions" / ".secret").write_text(canary, encoding="utf-8")
    return Catalog(root)


class Bench:
    """A grader at one level, and a way to see what an attack left behind."""

    def __init__(self, course: Catalog, level: str, temporary: Path, *, blind: bool) -> None:
        self.blind = blind
        self.grader = Grader(course, isolation=level)
        self.temporary = temporary
        self.before: set[str] = set()
        self.memory_before: int | None = None

    def grade(self, source: Path, exercise_id: str) -> Report:
        """Grade *source*; note first which processes are there before."""
        exercise = self.grader.catalog[exercise_id]
        _ = self.grader._judge(exercise, Suite.HIDDEN).checks
        assert self.grader.server.info
        self.before = self._traces()
        if self.memory_before is None:
            self.memory_before = self.memory()
        with pytest.MonkeyPatch.context() as patch:
            if self.blind:
                patch.setattr(grading, "violations", lambda *_: ())
            return self.grader.grade(source, exercise)

    def names_of_checks(self, exercise_id: str) -> list[str]:
        """Return the name of every check of an exercise."""
        exercise = self.grader.catalog[exercise_id]
        return [check.check for check in self.grader._judge(exercise, Suite.HIDDEN).checks]

    def memory(self) -> int:
        """Return how many bytes of memory the processes of this bench have for themselves."""
        judges = [judge._process.pid for judge in self.grader._judges.values()]
        pids = [self.grader.server._process.pid, *judges]
        taken = 0
        for process in (p for pid in pids for p in self._family(pid)):
            with contextlib.suppress(psutil.NoSuchProcess):  # a worker that is just going
                taken += process.memory_full_info().uss
        return taken

    @staticmethod
    def _family(pid: int) -> list[psutil.Process]:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]

    def left_behind(self) -> list[str]:
        """Return what is still there of the last attack, after some time to go."""
        assert self.grader._server is not None
        if not self.grader._server.alive:
            return ["a dead fork server"]
        end = time.monotonic() + _GONE
        while (left := self._traces() - self.before) and time.monotonic() < end:
            time.sleep(0.02)
        return sorted(left)

    def _traces(self) -> set[str]:
        server = psutil.Process(self.grader.server._process.pid)
        processes = {f"process {child.pid}" for child in server.children(recursive=True)}
        # os.walk, since a folder that goes while we look is no trace.
        walk = os.walk(self.temporary)
        return processes | {
            str(Path(at, name)) for at, folders, files in walk for name in (*folders, *files)
        }


@pytest.fixture(scope="module")
def open_bench(course: Catalog, canary: str) -> Iterator[Callable[..., Bench]]:
    """Give a function that returns a bench, the same one for all attacks."""
    benches: dict[str, Bench] = {}
    # Not pytest's folder: where a worker is nobody, others must be able to pass through.
    temporary = Path(tempfile.mkdtemp(prefix="torchgrade-corpus-"))
    temporary.chmod(0o755)

    def bench(level: str, *, blind: bool = False) -> Bench:
        name = f"{level}-blind" if blind else level
        if name not in benches:
            folder = temporary / name
            folder.mkdir(mode=0o755)
            with pytest.MonkeyPatch.context() as patch:
                patch.setitem(custody._ENVIRONMENT, "TMPDIR", str(folder))
                if blind:
                    start = custody._START.replace("forkserver.main(", _BLIND.lstrip(), 1)
                    assert start != custody._START
                    patch.setattr(custody, "_START", start)
                benches[name] = Bench(course, level, folder, blind=blind)
                assert benches[name].grader.server.info.level.value == level
        return benches[name]

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TORCHGRADE_CANARY", canary)
        patch.delenv("TORCHGRADE_SECRET", raising=False)
        yield bench
        for each in benches.values():
            each.grader.close()
    subprocess.run(["rm", "-rf", temporary], check=True)  # folders may be too deep for Python


@pytest.fixture
def handed_in(tmp_path: Path, course: Catalog) -> Callable[[Any], Path]:
    """Give a function that hands an attack in, as its exercise's file."""

    def hand_in(attack: Any) -> Path:
        path = tmp_path / course[attack.exercise].files[0]
        path.write_text(attack.text, encoding="utf-8")
        return path

    return hand_in


def _terminal_text(report: Report) -> str:
    page = io.StringIO()
    console = Console(file=page, width=100, color_system=None, force_terminal=False)
    for verbose in (False, True):
        setting = feedback.Setting(title="Exercise", verbose=verbose)
        feedback.to_terminal(report, console, setting)
    return page.getvalue()


def _troubles(report: Report, canary: str, checks: list[str]) -> list[str]:
    """Return what must not be in a report of a cheat, whatever it earned."""
    found = []
    data = report.for_student().to_json()
    text = _terminal_text(report)
    if json.loads(data)["score"]["earned"] != report.score.earned:
        found.append("the score is not what the JSON says")
    if report.gradable and sorted(v.check for v in report.verdicts) != sorted(checks):
        found.append("the report is not complete")
    if any(v.earned for v in report.verdicts if v.verdict is not Verdict.PASSED):
        found.append("points for a check that did not pass")
    for name, shown in (("JSON", data), ("feedback", text), ("report for staff", report.to_json())):
        if canary in shown:
            found.append(f"the canary is in the {name}")
    said = _said(report)
    if corpus.BREACH in said:
        found.append(f"the attack came through: {said[said.index(corpus.BREACH) :][:300]!r}")
    hidden = {c for c in text if c != "\n" and unicodedata.category(c) in {"Cc", "Cf", "Cs"}}
    if hidden:
        found.append(f"characters in the feedback that nobody sees: {sorted(map(ascii, hidden))}")
    return found


def _said(report: Report) -> str:
    """Return all that the submission printed and raised; lines of its source may name a breach."""
    texts = [text for v in report.verdicts for text in (v.output, v.message)]
    problem = report.problem
    texts += [problem.output, problem.sentence] if problem else []
    return "\n".join(filter(None, texts))


def _told(report: Report) -> str:
    """Return in one line what became of the checks, for whoever reads a failed test."""
    passed = [v.check for v in report.verdicts if v.verdict is Verdict.PASSED]
    return (
        f"{Counter(v.verdict.value for v in report.verdicts)}, passed: {passed}, {report.problem}"
    )


def _require_harmless(bench: Bench, attack: Any, report: Report, canary: str) -> None:
    assert not _troubles(report, canary, bench.names_of_checks(attack.exercise))
    assert not bench.left_behind()


_SERVERS = {str(user.pw_uid) for user in pwd.getpwall() if user.pw_name == "postgres"}


def _of_the_system() -> set[str]:
    """Return what processes may leave in a machine's memory beside their own."""
    # A database server of another test comes and goes beside this one.
    names = {p.name for p in Path("/dev/shm").iterdir() if not p.name.startswith("PostgreSQL.")}
    names |= {str(path) for path in Path("/dev/mqueue").glob("*")}
    tables = [Path("/proc/sysvipc") / kind for kind in ("shm", "sem", "msg")]
    rows = {row for table in tables for row in table.read_text().splitlines()[1:]}
    return names | {row for row in rows if row.split()[7] not in _SERVERS}


_SYSTEM_BEFORE = _of_the_system() if sys.platform == "linux" else set()


@pytest.mark.parametrize(
    "attack", [pytest.param(a, id=a.name) for a in _ATTACKS if _LEVEL in a.levels]
)
def test_attack_gets_nothing_as_handed_in(attack, open_bench, handed_in, canary):
    """It earns at most what its honest parts deserve, whichever layer stops it first."""
    bench = open_bench(_LEVEL)

    report = bench.grade(handed_in(attack), attack.exercise)

    assert report.score.earned <= attack.earns + attack.gains, _told(report)
    _require_harmless(bench, attack, report, canary)


@pytest.mark.parametrize(
    ("level", "attack"),
    [
        pytest.param(
            level, a, id=f"{level}-{a.name}", marks=[pytest.mark.slow] * (level == "container")
        )
        for level in ("full", "container")
        for a in _ATTACKS
        if level in a.levels and not a.needs
    ],
)
def test_attack_gets_nothing_blindly(level, attack, open_bench, handed_in, canary):
    """With nobody who reads or guards, it earns exactly what its honest parts deserve."""
    bench = open_bench(level, blind=True)

    report = bench.grade(handed_in(attack), attack.exercise)

    assert report.score.earned == attack.earns + attack.gains, _told(report)
    _require_harmless(bench, attack, report, canary)


@pytest.mark.parametrize(
    ("level", "blind"),
    [("full", False), ("full", True), pytest.param("container", True, marks=pytest.mark.slow)],
)
@pytest.mark.parametrize("exercise_id", _EXERCISES)
def test_right_solution_is_graded_as_if_nothing_was(level, blind, exercise_id, open_bench):
    """After all those attacks, the same grader gives the solution every point."""
    bench = open_bench(level, blind=blind)

    report = bench.grade(_ROOT / "solutions" / exercise_id / f"{exercise_id}.py", exercise_id)

    assert report.passed, _told(report)
    assert report.score.earned == report.score.possible


def test_memory_is_back(open_bench, course):
    """After all those attacks the processes that stay have as much memory as before, and no more.

    A judge keeps what its allocator has once taken, so its first submissions count.
    """
    bench = open_bench(_LEVEL)
    solution = course[_USUAL].solution
    for _ in range(2):
        assert bench.grade(solution, _USUAL).passed

    assert not bench.left_behind()
    judges = 1 + len(bench.grader._judges)
    assert bench.memory() < bench.memory_before + judges * _MORE
    assert _of_the_system() <= _SYSTEM_BEFORE


@pytest.mark.parametrize("attack", [pytest.param(a, id=a.name) for a in _ATTACKS])
def test_attack_says_what_stops_it(attack):
    """Every docstring of ours says what is tried, for which points, and what is in the way."""
    doc = attack.text.partition('"""')[2]

    assert doc.startswith("Attack: ")
    assert attack.sentence.endswith(".")
    assert attack.exercise in _EXERCISES
    assert attack.stopped_by
    assert attack.levels
    assert set(attack.levels) <= {"full", "container"}


def test_corpus_covers_every_family():
    """There are at least sixty attacks, some of each family, and no two are the same."""
    families = Counter(attack.family for attack in _ATTACKS)

    assert min(families[family] for family in _FAMILIES) >= 10
    assert len(_ATTACKS) >= 60
    assert len({attack.text for attack in _ATTACKS}) == len(_ATTACKS)


def test_what_came_through_would_be_seen(reports, canary):
    """A breach, a canary, a lost check and a hidden character each are troubles."""
    leak = reports.check("sum", Verdict.FAILED, output=f"BREACH {canary}", message="x")
    report = reports.of(leak)

    assert not _troubles(reports.failed(), canary, ["sum", "order"])
    assert len(_troubles(report, canary, ["sum"])) == 4
    assert _troubles(reports.failed(), canary, ["sum"]) == ["the report is not complete"]


def test_docstrings_of_other_forms_are_read(tmp_path):
    """A file whose author wrote other fields is an attack without points."""
    path = tmp_path / "climbs_out.py"
    path.write_text('"""Expect: forbidden\n\nLevels: full (as root)\n"""\n', encoding="utf-8")

    attack = corpus.read_attack(path)

    assert (attack.sentence, attack.earns, attack.levels) == ("Climbs out.", None, ("full",))
    assert attack.family == "climbs"


def test_table_of_attacks_is_current():
    """`docs/security.md` is what `docs/make_security.py` would write now."""
    path = _ROOT / "docs" / "make_security.py"
    spec = importlib.util.spec_from_file_location("make_security", path)
    make_security = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make_security)

    assert make_security.PAGE.read_text(encoding="utf-8") == make_security.text(), (
        "docs/security.md is out of date; run: python docs/make_security.py"
    )


def test_course_says_nothing_by_its_environment(open_bench, canary):
    """The canary of the environment is where a worker would have to find it."""
    assert (
        open_bench("full").grader.catalog.root.joinpath("solutions/.secret").read_text() == canary
    )
    assert os.environ["TORCHGRADE_CANARY"] == canary
