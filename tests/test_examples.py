"""Every submission of the example class gets what its kind should get, and the demo shows it."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from autograder.course.catalog import Catalog
from autograder.results.report import Report
from autograder.results.verdict import Verdict

_ROOT = Path(__file__).resolve().parents[1]
_EXAMPLES = _ROOT / "examples"


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What the report of a submission should say; what is None is not asked for."""

    full: bool = False
    problem: str | None = None
    """Kind of the problem that makes the submission ungradable."""
    mistake: str | None = None
    """The known mistake that is named."""
    maybe: str | None = None
    """The only mistake that may be named, where the diagnosis may also say nothing."""
    first: str | None = None
    """The first check that does not pass."""
    verdict: Verdict = Verdict.FAILED
    """What becomes of it."""


_RIGHT = Expected(full=True)
_EXPECTED = {
    ("giulia", "mlp"): _RIGHT,
    ("emma", "mlp"): _RIGHT,
    ("luca", "mlp"): Expected(mistake="skips_the_relu"),
    ("chiara", "mlp"): Expected(mistake="ends_with_softmax"),
    ("francesca", "mlp"): Expected(mistake="detaches_the_hidden_layer"),
    ("anna", "mlp"): Expected(mistake="forgets_to_return"),
    ("omar", "mlp"): Expected(
        first="forward_returns_one_row_for_each_row", maybe="builds_a_relu_around_the_hidden_layer"
    ),
    ("giulia", "optimizer"): _RIGHT,
    ("lorenzo", "optimizer"): _RIGHT,
    ("emma", "optimizer"): _RIGHT,
    ("noah", "optimizer"): _RIGHT,
    ("matteo", "optimizer"): Expected(mistake="keeps_the_generator"),
    ("sofia", "optimizer"): Expected(mistake="rebinds_the_name"),
    ("luca", "optimizer"): Expected(mistake="records_the_update"),
    ("chiara", "optimizer"): Expected(
        first="parameters_without_gradient_are_skipped", maybe="forgets_missing_gradients"
    ),
    ("james", "optimizer"): Expected(mistake="adds_the_gradient"),
    ("aisha", "optimizer"): Expected(mistake="names_zero_without_calling"),
    ("fatima", "optimizer"): Expected(mistake="clears_the_parameter"),
    ("valentina", "optimizer"): Expected(mistake="replaces_data"),
    ("ben", "optimizer"): Expected(first="step_leaves_gradients_alone", maybe="step_also_zeroes"),
    ("elena", "optimizer"): Expected(first="step_returns_nothing", maybe="prints_while_stepping"),
    ("davide", "optimizer"): Expected(
        first="one_step_matches", verdict=Verdict.NOT_IMPLEMENTED, maybe=""
    ),
    ("martina", "optimizer"): Expected(
        first="zero_grad_clears_every_gradient", verdict=Verdict.NOT_IMPLEMENTED, maybe=""
    ),
    ("andrea", "optimizer"): Expected(
        first="one_step_matches", verdict=Verdict.TIMED_OUT, maybe=""
    ),
    ("tommaso", "optimizer"): Expected(
        first="one_step_matches", verdict=Verdict.FORBIDDEN, maybe=""
    ),
    ("federico", "optimizer"): Expected(problem="syntax"),
    ("oliver", "optimizer"): Expected(problem="name"),
    ("yuki", "optimizer"): Expected(problem="missing"),
    ("pietro", "optimizer"): Expected(problem="import_failed"),
    ("giulia", "dataset"): _RIGHT,
    ("sofia", "dataset"): _RIGHT,
    ("riccardo", "dataset"): Expected(mistake="returns_only_x"),
    ("hannah", "dataset"): Expected(mistake="loops_from_start_to_stop"),
    ("paolo", "dataset"): Expected(mistake="counts_the_features"),
    ("giulia", "dataloader"): _RIGHT,
    ("emma", "dataloader"): _RIGHT,
    ("riccardo", "dataloader"): Expected(mistake="builds_the_generator_once"),
    ("alice", "dataloader"): Expected(mistake="floors_the_number_of_batches"),
    ("leonardo", "dataloader"): Expected(mistake="drops_the_short_batch"),
    ("matteo", "dataloader"): Expected(mistake="returns_a_list"),
}


@dataclass(frozen=True, kw_only=True)
class Demo:
    """What running the demonstration left."""

    done: subprocess.CompletedProcess[str]
    out: Path

    def report(self, student: str, exercise: str) -> Report:
        """Return the report that it wrote."""
        return Report.from_json((self.out / "reports" / student / f"{exercise}.json").read_bytes())


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """Run the demonstration once, in an empty folder and into a pipe."""
    folder = tmp_path_factory.mktemp("demo")
    plain = {k: v for k, v in os.environ.items() if k not in {"FORCE_COLOR", "COLUMNS"}}
    done = subprocess.run(
        [sys.executable, _EXAMPLES / "demo.py"],
        cwd=folder,
        env={**plain, "PYTHONPATH": str(_ROOT), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        timeout=280,
        check=False,
    )
    return Demo(done=done, out=folder / "out")


def test_the_table_knows_every_submission():
    """A submission that is added or renamed without an expectation is found."""
    on_disk = {(p.parent.name, p.name) for p in (_EXAMPLES / "class").glob("*/*")}

    assert on_disk == _EXPECTED.keys()
    assert len(on_disk) >= 20


def test_submissions_are_nobody_elses_work():
    """None is a copy of a solution, a spelling or a mistake; only the stub is handed in as it is."""
    ours = {path.read_text() for path in (_ROOT / "solutions").rglob("*.py")}
    stubs = {path.read_text() for path in (_ROOT / "assignments").glob("*/*.py")}
    students = {p: p.read_text() for p in (_EXAMPLES / "class").rglob("*.py")}

    assert not ours.intersection(students.values())
    assert {p.parents[1].name for p, text in students.items() if text in stubs} == {"davide"}


@pytest.mark.slow
@pytest.mark.parametrize(("student", "exercise"), _EXPECTED)
def test_every_submission_gets_what_its_kind_should_get(demo, student, exercise):
    """Full points, the reason why it cannot be graded, the mistake, or the check that fails."""
    expected = _EXPECTED[student, exercise]

    report = demo.report(student, exercise)

    named = [diagnosis.mistake for diagnosis in report.diagnosis]
    failing = [check for check in report.verdicts if check.verdict is not Verdict.PASSED]
    assert (report.student, report.exercise) == (student, exercise)
    assert not report.errored
    assert report.passed is expected.full
    assert (report.score.earned == report.score.possible) is expected.full
    assert (report.problem.kind if report.problem else None) == expected.problem
    if expected.mistake:
        assert named == [expected.mistake]
    if expected.first:
        assert (failing[0].check, failing[0].verdict) == (expected.first, expected.verdict)
        assert set(named) <= {expected.maybe}


@pytest.mark.slow
def test_demo_is_readable_in_a_pipe(demo):
    """It ends well, says nothing on stderr, uses no colour codes and fits 80 columns."""
    assert demo.done.returncode == 0, demo.done.stderr
    assert demo.done.stderr == ""
    assert "\x1b" not in demo.done.stdout
    assert max(map(len, demo.done.stdout.splitlines())) <= 80


@pytest.mark.slow
def test_demo_shows_the_class_one_feedback_and_the_training(demo):
    """Every student has a row; then come one student's feedback, the picture, and the times."""
    said = demo.done.stdout
    table, _, rest = said.partition("What matteo reads")

    rows = {tuple(line.split()[:2]) for line in table.splitlines() if line.strip()}
    assert rows >= _EXPECTED.keys()
    assert table.count("all checks passed") == list(_EXPECTED.values()).count(_RIGHT)
    assert table.count("not graded") == 4
    assert "A generator can be read once" in rest
    assert "out/training.png" in rest
    assert (demo.out / "training.png").read_bytes().startswith(b"\x89PNG")
    assert f"{len(_EXPECTED)} submissions graded in" in rest
    assert "isolation '" in rest


def test_demo_grades_without_a_cage_where_there_is_none(monkeypatch):
    """Our own students may run without one, so that the demo works on every machine."""
    demo = _script("demo")
    asked = []

    class Grader:
        server = SimpleNamespace(info=SimpleNamespace(level=demo.Level.NONE))

        def __init__(self, _catalog, *, isolation=None):
            asked.append(isolation)

        __enter__ = __exit__ = lambda self, *_: self

    monkeypatch.setattr(demo, "Grader", Grader)

    with demo._grader(Catalog(_ROOT)):
        assert asked == [None, "none"]


def test_train_digits_prints_every_epoch(tmp_path, monkeypatch):
    """The script trains with the pieces of the folder that is named."""
    done = _train_digits(_EXAMPLES / "class" / "giulia", tmp_path, monkeypatch)

    assert done.exit_code == 0
    assert [line.split()[1] for line in done.stdout.splitlines()[:-1]] == [*map(str, range(1, 11))]
    assert "out/training.png" in done.stdout
    assert (tmp_path / "out" / "training.png").is_file()


def test_train_digits_says_what_is_missing(tmp_path, monkeypatch):
    """A student who has not done them all gets one line."""
    done = _train_digits(_EXAMPLES / "class" / "luca", tmp_path, monkeypatch)

    assert done.exit_code == 1
    assert done.stderr.startswith("Error: Training needs your 'dataset'")


def _train_digits(folder, tmp_path, monkeypatch):
    """Run the script on *folder* in an empty place, within our own course."""
    script = _script("train_digits")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TORCHGRADE_COURSE", str(_ROOT))
    return CliRunner().invoke(script.main, [str(folder)])


def _script(name):
    """Import a script of the examples, which are no package."""
    spec = importlib.util.spec_from_file_location(name, _EXAMPLES / f"{name}.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return script
