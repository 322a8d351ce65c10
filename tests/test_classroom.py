"""`grade class` and `grade ledger check`, from the command to the files; with real judges, slowly."""

from __future__ import annotations

import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from rich.console import Console

from autograder.classroom import _gently, _shown
from autograder.cohort import Progress
from autograder.course.catalog import Catalog
from autograder.ledger.checking import check
from autograder.ledger.entries import Entry
from autograder.ledger.store import Ledger
from autograder.results.files import FeedbackFiles, file_name

_ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def _alone(monkeypatch):
    monkeypatch.setenv("TORCHGRADE_SECRET", "of-the-tests")
    monkeypatch.delenv("TORCHGRADE_LEDGER", raising=False)


class Grader:
    """Stands in for the engine: every submission passes, but those that say otherwise."""

    seconds = 0.0

    def __init__(self, catalog, *, isolation=None):
        del isolation
        self._catalog = catalog

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def close(self):
        pass

    def dismiss(self, _exercise):
        pass

    def grade(self, handed_in, exercise, *, suite, seed=None):
        from autograder import __version__
        from tests.conftest import Reports

        del suite, seed
        time.sleep(self.seconds)
        text = b"".join(handed_in.contents.values()).decode()
        kind = next((k for k in ("failed", "errored", "ungradable") if k in text), "passed")
        report = getattr(Reports(), kind)(exercise=exercise.id, submission=handed_in.digest)
        environment = msgspec.structs.replace(
            report.environment, course=self._catalog.digest(exercise), engine=__version__
        )
        return msgspec.structs.replace(report, environment=environment)


@pytest.fixture
def grade(course, home, monkeypatch):
    """Give a function that runs `grade` with the engine replaced, and a class in `class/`."""
    from click.testing import CliRunner

    import cli

    monkeypatch.setattr("autograder.classroom.LocalPool", _fake_pool)
    for student, text in {"ada": "passed", "ben": "failed", "eve": "ungradable"}.items():
        folder = home / "class" / student / "adder"
        folder.mkdir(parents=True)
        (folder / "adder.py").write_text(f"# {text}")

    def run(*arguments):
        return CliRunner().invoke(cli.main, ["--course", str(course.root), *arguments])

    return run


def _fake_pool(catalog, *, jobs, isolation):
    from autograder.pool import LocalPool

    return LocalPool(catalog, jobs=jobs or 2, isolation=isolation, make=Grader)


def test_a_class_ends_with_a_table_and_its_files(grade, course, home):
    """Scores, what was left aside, and where the feedback is; the files are there."""
    (home / "class" / "ada" / "ader").mkdir()

    result = grade("class", "class")

    assert result.exit_code == 0, result.output
    assert [line.split() for line in result.stdout.splitlines()[:4]] == [
        ["student", "adder"],
        ["ada", "2/2"],
        ["ben", "1/2"],
        ["eve", "not", "gradable"],
    ]
    assert "No exercise named 'ader'. Did you mean 'adder'?" in result.stdout
    assert "3 submissions, 3 of them new; 3 graded now" in result.stdout
    feedback = home / "out" / "class" / "ben" / "adder" / "1.json"
    assert json.loads(feedback.read_text())["student"] == "ben"
    assert json.loads(feedback.read_text())["environment"].get("seed") is None
    assert "expected 3, got 2" in feedback.with_suffix(".txt").read_text()
    assert (course.root / "ledger.sqlite").is_file()


def test_a_second_call_grades_nothing_and_fills_another_folder(grade, home):
    """Feedback is written where it is asked for, without grading again."""
    grade("class", "class")

    result = grade("class", "class", "--out", "elsewhere")

    assert "0 of them new; 0 graded now" in result.stdout
    assert "3 graded before" in result.stdout
    assert len(list((home / "elsewhere").rglob("*.json"))) == 3


def test_trouble_is_told_and_makes_the_exit_code(grade, home):
    """What the grader could not judge is named, on stderr at once and in the end; exit code 1."""
    (home / "class" / "zoe" / "adder").mkdir(parents=True)
    (home / "class" / "zoe" / "adder" / "adder.py").write_text("# errored")

    result = grade("class", "class")
    again = grade("class", "class", "--only", "failed", "--json")

    assert result.exit_code == 1
    assert "zoe at adder: The grader had trouble 3 times" in result.stderr
    assert "Not graded" in result.stdout
    assert "--only failed" in result.stdout
    assert json.loads(again.stdout)["class"]["graded"] == 1


def test_json_has_everything(grade):
    """With `--json`, stdout is the outcome and nothing else."""
    data = json.loads(grade("class", "class", "--json", "--exercise", "adder").stdout)

    assert data["version"] == 1
    assert [e["student"] for e in data["class"]["entries"]] == ["ada", "ben", "eve"]
    assert data["class"]["left"] == 0


def test_many_students_are_summed_up(grade, home):
    """Beyond forty students, there is a row for each exercise."""
    for n in range(45):
        folder = home / "class" / f"student-{n}" / "doubler"
        folder.mkdir(parents=True)
        (folder / "doubler.py").write_text(f"# passed {n}")

    lines = grade("class", "class").stdout.splitlines()

    assert lines[0].split()[:3] == ["exercise", "students", "mean"]
    assert lines[1].split() == ["adder", "3", "1.50", "1.50", "1", "1", "0"]
    assert lines[2].split()[:5] == ["doubler", "45", "2.00", "2.00", "45"]


def test_being_late_is_marked(grade, home, course):
    """A submission after the deadline is graded, kept and marked."""
    (course.root / "course.toml").write_text("[deadlines]\nadder = 2026-11-01T00:00:00Z\n")
    (home / "class" / "ada" / "adder" / "timestamp.txt").write_text("2026-11-02 00:00:00 UTC")

    result = grade("class", "class")

    assert result.stdout.splitlines()[1].split() == ["ada", "2/2", "late"]
    assert result.stdout.splitlines()[2].split() == ["ben", "1/2"]


def test_options_that_exclude_each_other_are_said_so(grade):
    """`--only failed` and `--regrade` are two different wishes."""
    assert grade("class", "class", "--only", "failed", "--regrade").exit_code == 2


def test_the_ledger_is_checked(grade, home):
    """A sound ledger is said to be, and what has no report yet is a flaw with a remedy."""
    place = str(home / "mine.sqlite")
    grade("class", "class", "--ledger", place)
    sound = grade("ledger", "check", "--ledger", place)
    with Ledger(place) as ledger:
        from autograder.ledger.entries import Incoming
        from autograder.submission.intake import HandedIn

        files = HandedIn(names=("adder.py",), contents={})
        ledger.take_in([Incoming(student="new", exercise="adder", handed_in=files)])

    flawed = grade("ledger", "check", "--ledger", place, "--json")
    said = grade("ledger", "check", "--ledger", place)

    assert (sound.exit_code, sound.stdout) == (0, "3 submissions, 3 files, 3 reports: all sound.\n")
    assert (flawed.exit_code, json.loads(flawed.stdout)["sound"]) == (1, False)
    assert "neither a report nor a reason" in said.stdout
    assert "Call 'grade class' again" in said.stdout


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("ada", "ada"),
        ("Zoë Müller", "Zoë Müller"),
        ("..", "%2E%2E"),
        ("", "%"),
        ("a/b\\c:d", "a%2Fb%5Cc%3Ad"),
        ("x" * 300, "x" * 100 + "%" + "98dd0c27c15a5be4"),
    ],
)
def test_any_name_is_the_name_of_a_file(name, file):
    """No name leaves the folder or is refused by a system; different names stay different."""
    if len(name) == 300:
        assert file_name(name).startswith(file[:101])
        assert len(file_name(name)) == 117
    else:
        assert file_name(name) == file


def test_feedback_that_cannot_be_written_is_one_sentence(tmp_path, reports):
    """A file in the place of the folder ends the run with what to do."""
    from autograder.errors import UserError

    (tmp_path / "out").write_text("")

    with pytest.raises(UserError, match=r"cannot be written: .* call again"):
        FeedbackFiles(tmp_path / "out").keep(reports.passed(student="ada"), 1, "Adder")


_CHILD = """
import sys
from pathlib import Path
from rich.console import Console
from autograder import classroom
from autograder.course.catalog import Catalog
from tests.test_classroom import Grader, _fake_pool
Grader.seconds = 0.02
classroom.LocalPool = _fake_pool
print("ready", flush=True)
place, ledger, out = sys.argv[2:]
classroom.grade_class(
    Catalog(Path(sys.argv[1])), Path(place), Console(stderr=True), ledger=ledger, out=Path(out)
)
"""


@pytest.mark.slow
def test_killed_twenty_times_at_any_moment_nothing_is_lost_or_done_twice(course, tmp_path):
    """Whatever SIGKILL interrupts, in the end every submission has exactly one report, and files."""
    place, ledger, out = tmp_path / "class", tmp_path / "ledger.sqlite", tmp_path / "out"
    command = [sys.executable, "-c", _CHILD, *map(str, (course.root, place, ledger, out))]
    killed = 0
    for at in range(21):
        for n in range(12):
            folder = place / f"student-{at}-{n}" / "adder"
            folder.mkdir(parents=True)
            (folder / "adder.py").write_text(f"# {'failed' if n % 3 else 'passed'} {at} {n}")
        environment = {**os.environ, "PYTHONPATH": str(_ROOT)}
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as child:
            assert child.stdout is not None
            child.stdout.readline()
            if at < 20:
                time.sleep(random.uniform(0, 0.6))
                child.kill()
        killed += child.returncode == -signal.SIGKILL

    assert child.returncode == 0
    assert killed >= 10
    with Ledger(str(ledger)) as book:
        assert check(book, course.root).flaws == ()
        with book.engine.connect() as connection:
            counts = [
                connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar()
                for table in ("submissions", "reports", "reasons")
            ]
    assert counts == [252, 252, 0]
    written = list(out.rglob("*.json"))
    assert len(written) == 252
    assert all(json.loads(path.read_text())["version"] == 1 for path in written)


def test_the_first_interruption_stops_the_pool_and_the_second_ends_at_once():
    """Before anything is graded, Ctrl-C ends at once; then it lets what is in flight be finished."""
    stopped = []
    pool = type("Pool", (), {"stop": lambda _self: stopped.append(True)})()
    console = Console(file=io.StringIO())
    before = signal.getsignal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt), _gently(pool, console):
        signal.raise_signal(signal.SIGINT)
    with _gently(pool, console) as is_grading:
        is_grading.set()
        signal.raise_signal(signal.SIGINT)
        assert stopped == [True]
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)

    assert "Ctrl-C again stops at once" in console.file.getvalue()
    assert signal.getsignal(signal.SIGINT) is before


def test_progress_shows_rate_and_what_failed_so_far():
    """On a terminal there are counts and a rate; trouble is a line of its own at once."""
    console = Console(file=io.StringIO(), force_terminal=True, width=120, color_system=None)
    entry = Entry(
        id=1,
        student="ada",
        exercise="adder",
        attempt=1,
        digest="",
        received_at=datetime(2026, 1, 1, tzinfo=UTC),
        has_time=False,
    )
    done = [
        msgspec.structs.replace(entry, passed=True),
        entry,
        msgspec.structs.replace(entry, reason="The judge died."),
    ]

    with _shown(console) as show:
        show(Progress(step="taking in", done=3, of=3))
        show(Progress(step="grading", done=0, of=4))
        for at, one in enumerate(done, start=1):
            time.sleep(0.02)
            show(Progress(step="grading", done=at, of=4, entry=one))
        time.sleep(0.3)

    text = console.file.getvalue()
    assert "ada at adder: The judge died." in text
    assert "1 passed, 1 not, 1 trouble" in text
    assert "a minute" in text
    assert "3/4" in text


# With real judges.


def _class_of(folder: Path, number: int) -> Path:
    """Make *number* submissions of the real ones in `examples/class`, no two of them equal."""
    real = sorted(p for p in (_ROOT / "examples" / "class").glob("*/optimizer") if p.is_dir())
    for n in range(number):
        target = folder / f"student-{n:03}" / "optimizer"
        shutil.copytree(real[n % len(real)], target)
        for file in target.glob("*.py"):
            file.write_bytes(file.read_bytes() + f"\n# {n}\n".encode())
    return folder


def _start(place: Path, ledger: Path, out: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "cli", "--course", str(_ROOT), "class", str(place)),
            *("--ledger", str(ledger), "--out", str(out), "--json"),
        ],
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _wait_for_reports(ledger: Path, number: int) -> None:
    for _ in range(1200):
        if ledger.exists():
            with Ledger(str(ledger)) as book:
                if sum(e.graded_at is not None for e in book.entries()) >= number:
                    return
        time.sleep(0.1)
    pytest.fail("nothing was graded")


@pytest.mark.slow
def test_killed_in_the_middle_it_goes_on_and_loses_nothing(tmp_path):
    """After SIGKILL the next call grades what is missing, and nothing twice."""
    place, ledger = _class_of(tmp_path / "class", 12), tmp_path / "ledger.sqlite"
    first = _start(place, ledger, tmp_path / "out")
    _wait_for_reports(ledger, 2)
    time.sleep(random.random())
    first.kill()
    first.communicate()
    with Ledger(str(ledger)) as book:
        before = sum(e.graded_at is not None for e in book.entries())

    second = _start(place, ledger, tmp_path / "out")
    outcome = json.loads(second.communicate()[0])["class"]

    assert 0 < before < 12
    assert (outcome["graded"], outcome["new"], outcome["left"]) == (12 - before, 0, 0)
    with Ledger(str(ledger)) as book:
        assert check(book, _ROOT).flaws == ()
        assert len(list(book.graded())) == 12
    assert len(list((tmp_path / "out").rglob("*.json"))) == 12


@pytest.mark.slow
def test_interrupted_it_finishes_what_is_in_flight_and_goes_on(tmp_path):
    """Ctrl-C ends with 130 and a sound ledger; the next call does the rest."""
    place, ledger = _class_of(tmp_path / "class", 10), tmp_path / "ledger.sqlite"
    first = _start(place, ledger, tmp_path / "out")
    _wait_for_reports(ledger, 1)
    first.send_signal(signal.SIGINT)
    stopped = json.loads(first.communicate(timeout=120)[0])["class"]

    outcome = json.loads(_start(place, ledger, tmp_path / "out").communicate()[0])["class"]

    assert first.returncode == 130
    assert 0 < stopped["left"] < 10
    assert outcome["graded"] == stopped["left"]
    with Ledger(str(ledger)) as book:
        assert check(book, _ROOT).flaws == ()


@pytest.mark.slow
def test_judges_and_fork_servers_that_die_cost_nobody_a_report(tmp_path):
    """While a class is graded, its judges and fork servers are killed; every report comes."""
    psutil = pytest.importorskip("psutil")
    place, ledger = _class_of(tmp_path / "class", 10), tmp_path / "ledger.sqlite"
    run = _start(place, ledger, tmp_path / "out")
    _wait_for_reports(ledger, 1)
    killed = 0
    while run.poll() is None and killed < 3:
        children = psutil.Process(run.pid).children()
        if children:
            random.choice(children).kill()
            killed += 1
        time.sleep(2)
    outcome = json.loads(run.communicate()[0])["class"]

    assert killed
    assert all(entry["reason"] is None for entry in outcome["entries"])
    with Ledger(str(ledger)) as book:
        assert all(not g.report.errored for g in book.graded())
        assert check(book, _ROOT).flaws == ()


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_mixed_class_of_a_hundred(tmp_path):
    """A hundred submissions of every kind, archives and nonsense among them, each get their due."""
    place = _class_of(tmp_path / "class", 90)
    for n in range(0, 90, 9):
        student = place / f"student-{n:03}"
        shutil.make_archive(str(student), "zip", student)
        shutil.rmtree(student)
    for n in range(10):
        odd = place / f"odd-{n}" / "optimizer"
        odd.mkdir(parents=True)
        texts = [b"\xff\xfe", b"def (", b"", b"while True: pass", b"import os; os._exit(0)"]
        (odd / "optimizer.py").write_bytes(texts[n % 5] + b"\n#" * n)
    (place / "link").symlink_to(place)
    (place / "empty").mkdir()

    run = _start(place, tmp_path / "ledger.sqlite", tmp_path / "out")
    outcome = json.loads(run.communicate()[0])["class"]

    assert run.returncode == 0
    assert len(outcome["entries"]) == 100
    assert len(outcome["aside"]) == 2
    with Ledger(str(tmp_path / "ledger.sqlite")) as book:
        assert check(book, Catalog(_ROOT).root).flaws == ()
        by_student = {g.student: g.report for g in book.graded()}
    assert len(by_student) == 100
    assert not any(report.errored for report in by_student.values())
    assert sum(report.passed for report in by_student.values()) > 5
