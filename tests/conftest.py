"""A tiny course, reports to order, and an engine that answers with them."""

from __future__ import annotations

import os
import shutil
import sys
import types
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import hypothesis
import pytest
from click.testing import CliRunner

from autograder.course.catalog import Catalog
from autograder.results.report import (
    CheckReport,
    Environment,
    Isolation,
    Problem,
    Report,
    Score,
    Where,
)
from autograder.results.score import parts_of, total_of
from autograder.results.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from click.testing import Result

    from autograder.course.exercise import Suite

# The same examples each time; --hypothesis-profile=default looks for others.
hypothesis.settings.register_profile("steady", derandomize=True)
hypothesis.settings.load_profile("steady")

os.environ["TORCHGRADE_LANG"] = "en"  # whatever the language of the machine
os.environ["TORCHGRADE_SECRET"] = "of-the-tests"  # else inputs differ from machine to machine

collect_ignore = ["tiny_course", "hostile", "golden"]  # submissions and suites, not tests of ours

_TINY = Path(__file__).parent / "tiny_course"
_TOML = """
title = "{title}"
summary = "Make a number of two others."
order = {order}
track = "core"
minutes = [5, 10]
files = ["{id}.py"]
implement = ["{id}"]
points = {{ correctness = 2 }}
"""
_README = """# {title}

## Goal

<details><summary>Not a hint</summary>no</details>

## Hints

<details><summary>Hint 1: a question</summary>

What does `+` do?

</details>

<details><summary>Hint 2: the line</summary>

It returns
a sum.

</details>
"""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that writes golden reports anew (`test_golden.py`)."""
    parser.addoption(
        "--update-golden", action="store_true", help="write tests/golden/*/report.json anew"
    )


@pytest.fixture
def course(tmp_path: Path) -> Catalog:
    """Give a course of three exercises; the last has no hidden suite here."""
    root = tmp_path / "course"
    for order, name in enumerate(("adder", "doubler", "halver"), start=1):
        title = name.capitalize()
        public = root / "assignments" / name
        (public / "public" / "__pycache__").mkdir(parents=True)
        (public / "exercise.toml").write_text(_TOML.format(id=name, title=title, order=order))
        (public / "README.md").write_text(_README.format(title=title))
        (public / f"{name}.py").write_text(f"def {name}(a, b):\n    raise NotImplementedError\n")
        (public / "public" / f"test_{name}.py").write_text("")
        (public / "public" / "__pycache__" / "stale.pyc").write_text("")
        if name != "halver":
            (root / "solutions" / name / "suite").mkdir(parents=True)
    return Catalog(root)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give an empty folder for a student, and go there; no colours are forced."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE", "TORCHGRADE_COURSE", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    return folder


def check_report(check: str, verdict: Verdict = Verdict.PASSED, **facts: Any) -> CheckReport:
    """Return what became of *check*, worth one point unless *facts* say otherwise."""
    possible = facts.pop("possible", 1.0)
    return CheckReport(
        check=check,
        verdict=verdict,
        possible=possible,
        earned=possible if verdict is Verdict.PASSED else 0.0,
        **{"part": "correctness", "title": f"{check.capitalize()} holds.", **facts},
    )


def report_of(*verdicts: CheckReport, **facts: Any) -> Report:
    """Return a report of the exercise `adder` with *verdicts*; *facts* replace the other fields."""
    parts = parts_of(verdicts)
    whole: dict[str, Any] = {
        "exercise": "adder",
        "suite": "hidden",
        "submission": "sha256:0",
        "files": (),
        "graded_at": "2025-01-01T00:00:00+00:00",
        "gradable": True,
        "score": total_of(parts),
        "parts": parts,
        "isolation": Isolation(level="full", layers=()),
        "environment": Environment(
            torch="2", python="3", device="cpu", engine="0", course="sha256:1", seed="for-staff"
        ),
    }
    return Report(verdicts=verdicts, **whole | facts)


class Reports:
    """Reports of every kind, to order."""

    check = staticmethod(check_report)
    of = staticmethod(report_of)

    def passed(self, **facts: Any) -> Report:
        """Return a report in which two checks pass."""
        return report_of(check_report("sum"), check_report("order"), **facts)

    def failed(self, **facts: Any) -> Report:
        """Return a report in which one check of two fails."""
        wrong = check_report("sum", Verdict.FAILED, message="expected 3, got 2", hint="Add them.")
        return report_of(wrong, check_report("order"), **facts)

    def errored(self, **facts: Any) -> Report:
        """Return a report in which the grader had trouble."""
        return report_of(check_report("sum", Verdict.ERRORED, message="the judge is gone"), **facts)

    def ungradable(self, **facts: Any) -> Report:
        """Return a report of a file with a syntax error."""
        where = Where(file="adder.py", line=1, source="    def adder(a, b)\n")
        problem = Problem(kind="syntax", sentence="adder.py: expected ':'.", where=where, caret=20)
        score = Score(earned=0.0, possible=2.0)
        return report_of(gradable=False, problem=problem, score=score, **facts)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Give a real Chromium."""
    playwright = pytest.importorskip("playwright.sync_api")
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("there is no chromium")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield chromium
        chromium.close()


def take_picture(page: Any, name: str, **how: Any) -> None:
    """Leave a picture of *page* in the folder that TORCHGRADE_SCREENSHOTS names, if it does."""
    if folder := os.environ.get("TORCHGRADE_SCREENSHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", **how)


@pytest.fixture
def reports() -> Reports:
    """Give reports to order."""
    return Reports()


@dataclass
class FakeGrader:
    """Stands in for the engine: answers with the next of *answers*, and the last for ever.

    An answer that is an exception is raised.
    """

    answers: list[Any]
    calls: list[tuple[Path, str, Suite]] = field(default_factory=list)
    isolation: list[str | None] = field(default_factory=list)

    def __call__(self, _catalog: Catalog, *, isolation: str | None = None) -> FakeGrader:
        self.isolation.append(isolation)
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def prepare(self, exercise: Any, suite: Suite) -> None:
        """Start nothing."""

    def grade(self, source: Path, exercise: Any, *, suite: Suite, progress: Any = None) -> Report:
        """Note the call and answer it."""
        self.calls.append((source, exercise.id, suite))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, BaseException):
            raise answer
        if progress:
            progress(1, 1, None)
        return answer


@pytest.fixture
def fake_grader(reports: Reports) -> FakeGrader:
    """Give an engine to which every submission is right; set `answers` for another."""
    return FakeGrader([reports.passed()])


@pytest.fixture
def replace_module(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Give a function that puts a module where a command would import the real one late."""

    def replace(name: str, **contents: Any) -> None:
        module = types.ModuleType(name)
        vars(module).update(contents)
        monkeypatch.setitem(sys.modules, name, module)

    return replace


@pytest.fixture
def grade(
    course: Catalog,
    home: Path,  # noqa: ARG001 - a command works where it is run
    fake_grader: FakeGrader,
    replace_module: Callable[..., None],
) -> Callable[..., Result]:
    """Give a function that runs `grade` in the student's folder, with the engine replaced."""
    import cli

    replace_module("autograder.grading", Grader=fake_grader)

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(cli.main, ["--course", str(course.root), *arguments])

    return run


_ITALIAN = {
    "assignments/counter/README.it.md": """# Contatore

## Obiettivo

Somma dei tensori.

## Contesto

Una somma comincia da nulla.

## Che cosa implementare

`Counter.add` e `Counter.total`.

## Come viene valutato

Dai controlli del correttore stesso.

## Suggerimenti

<details><summary>Suggerimento 1: dove?</summary>

Dove vive la somma fra due chiamate?

</details>

<details><summary>Suggerimento 2: il primo</summary>

Quanto vale la somma quando non è stato aggiunto nulla?

</details>

<details><summary>Suggerimento 3: sul posto</summary>

`+=` cambia il tensore che è entrato, se è quello che hai tenuto.

</details>
""",
    "assignments/counter/it.toml": """title = "Contatore"
summary = "Somma dei tensori."

[titles]
one_part = "Il totale di una parte è quella parte."
two_parts = "Il totale di due parti è la loro somma."

[hints]
one_part = "Comincia da nulla."
""",
    "solutions/counter/it.toml": """[titles]
one_part = "Il totale di una parte è quella parte."
two_parts = "Il totale di due parti è la loro somma."
parts_are_left_alone = "Aggiungere una parte non la cambia."
five_parts_match_torch = "Cinque parti si sommano come fa `torch.sum`."

[hints]
one_part = "Comincia da nulla."

[mistakes]
adds_in_place = "La tua somma è la prima parte stessa, quindi aggiungervi cambia ciò che ti è stato dato."
keeps_the_last = "Tieni solo l'ultima parte; aggiungila a ciò che c'è."
negates = "Una somma non cambia il segno."

[messages]
"add() changed the tensor that it was given" = "add() ha cambiato il tensore che ha ricevuto"
""",
}


@pytest.fixture(scope="session")
def italian_course() -> Callable[[Path], Path]:
    """Give a function that makes a copy of the tiny course that is whole in Italian, too."""

    def make(place: Path) -> Path:
        shutil.copytree(_TINY, place)
        for name, text in _ITALIAN.items():
            (place / name).write_text(text, encoding="utf-8")
        return place

    return make
