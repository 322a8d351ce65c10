"""Whatever is handed in, `grade` answers in one clear sentence, and nothing of the student's is lost.

Through the real engine, on the real `optimizer`: what the issue calls bad input, item by item.
"""

from __future__ import annotations

import codecs
import contextlib
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

import cli
from autograder import grading
from autograder.course.catalog import Catalog

if TYPE_CHECKING:
    from collections.abc import Callable

_ROOT = Path(__file__).resolve().parents[1]
_NAME = "optimizer.py"
_RIGHT = (_ROOT / "solutions/optimizer/optimizer.py").read_text()
_SLEEPS = f"import time\ntime.sleep(99)\n{_RIGHT}"


class _Shared:
    """The engine, started once for all commands of this module."""

    def __init__(self, grader):
        self._grader = grader

    def __call__(self, _catalog, *, isolation=None):
        assert isolation is None
        return self

    def __enter__(self):
        return self._grader

    def __exit__(self, *_):
        """Leave it running for the next command."""


@pytest.fixture(scope="module")
def engine():
    """Give one grader of the course, which takes a second for what may take three."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TORCHGRADE_SECRET", "of-the-tests")
        with grading.Grader(Catalog(_ROOT)) as grader:
            yield _Shared(grader)


@pytest.fixture
def home(tmp_path, monkeypatch):
    """Give a student's folder in which `optimizer` was started, and go there."""
    monkeypatch.chdir(tmp_path)
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE", "TORCHGRADE_COURSE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "100")
    done = CliRunner().invoke(cli.main, ["--course", str(_ROOT), "start", "optimizer"])
    assert done.exit_code == 0, done.output
    return tmp_path


@pytest.fixture
def folder(home):
    """Give the folder of the exercise, without its file."""
    (home / "optimizer" / _NAME).unlink()
    return home / "optimizer"


@pytest.fixture
def grade(engine, home, monkeypatch):
    """Give a function that runs a command, checks what holds for every bad input, and returns it."""
    monkeypatch.setattr(grading, "Grader", engine)

    def run(*arguments):
        before = _contents(home)
        done = CliRunner().invoke(cli.main, ["--course", str(_ROOT), *arguments])
        assert "Traceback" not in done.output
        assert done.exit_code != 3, done.output
        assert _contents(home) == before
        if "--json" in arguments and done.stdout:
            json.loads(done.stdout)
        return done

    return run


def _contents(home):
    """Return everything in the student's folder but our own records, as it can be told apart."""
    found = {}
    for path in sorted(home.rglob("*")):
        if ".torchgrade" not in path.parts:
            status = path.lstat()
            text = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
            found[path] = status.st_mode, status.st_mtime_ns, hashlib.sha256(text).digest()
    return found


def _error(done):
    """Return the one line on stderr that says why it did not work."""
    said = done.stderr.splitlines()
    lines = [line for line in said if line and not line.startswith("Handing in  ")]
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("Error: ")
    return lines[0].removeprefix("Error: ")


@dataclass(frozen=True)
class Bad:
    """One thing that may lie where `optimizer.py` should be, and the sentence for it."""

    put: Callable[[Path], object]
    says: str


def text(content):
    """Return what writes *content* as the student's file."""
    return lambda folder: (folder / _NAME).write_bytes(
        content if isinstance(content, bytes) else content.encode()
    )


def other(make):
    """Return what puts another thing in the place of the file."""
    return lambda folder: make(folder / _NAME)


def beside(name, make=None):
    """Return what writes a right file under another *name*, and perhaps a link to it."""

    def put(folder):
        (folder / name).write_text(_RIGHT)
        if make:
            make(folder / _NAME)

    return put


def a_class(body, step="self", init="self, params, lr"):
    """Return an `Optimizer` whose step does *body*."""
    return (
        f"import torch\nclass Optimizer:\n    def __init__({init}):\n        self.params = params\n"
        f"    def step({step}):\n        {body}\n    def zero_grad(self):\n        pass\n"
    )


# What lies there, or does not, is looked at and refused.
_UNGRADABLE = {
    "missing": Bad(lambda _: None, "Your folder has no 'optimizer.py'; it has no Python file."),
    "renamed": Bad(beside("optimiser.py"), "no 'optimizer.py'; found 'optimiser.py'. Rename it."),
    "folder": Bad(other(Path.mkdir), "is a folder; put the file there"),
    "pipe": Bad(other(os.mkfifo), "is a named pipe; put the file there"),
    "link to nowhere": Bad(other(lambda p: p.symlink_to("nowhere.py")), "is a symbolic link; hand in"),
    "link to a device": Bad(other(lambda p: p.symlink_to("/dev/zero")), "is a symbolic link; hand in"),
    "empty": Bad(text(""), "'optimizer.py' is empty. Was it saved"),
    "blank": Bad(text("\n \n"), "'optimizer.py' is empty. Was it saved"),
    "link": Bad(beside("mine.py", lambda p: p.symlink_to("mine.py")), "is a symbolic link; hand in"),
    "50 MB": Bad(text(b"#" * 50_000_000), "has 50,000,000 bytes; the limit is 262,144 (256 KiB)."),
    "not UTF-8": Bad(text(b"# caf\xe9\n"), "is not UTF-8: byte 0xe9 at offset 5 (line 1)."),
    "UTF-16": Bad(text(_RIGHT.encode("utf-16")), "is saved as UTF-16; save it as UTF-8."),
    "NUL": Bad(text(_RIGHT.encode() + b"\0"), "it has a NUL byte at offset 840 (line 29)."),
    "tabs": Bad(text("def f():\n        x = 1\n\ty = 2\n"), "its indentation mixes tabs and spaces"),
    "syntax": Bad(text("class Optimizer\n"), "Line 1 of 'optimizer.py' is not Python: expected ':'."),
    "late syntax": Bad(text(f"{_RIGHT}return\n"), "Line 29 of 'optimizer.py' is not Python: 'return'"),
    "no class": Bad(text("x = 1\n"), "it defines no class and no function. Start from the stub."),
    "misspelt": Bad(text(_RIGHT.replace("class O", "class o")), "it defines 'optimizer'."),
    "no such name": Bad(
        text(f"from torch import tensr\n{_RIGHT}"),
        "ImportError at line 1 of optimizer.py: cannot import name 'tensr' from 'torch'",
    ),
    "raises": Bad(text(f"1 / 0\n{_RIGHT}"), "ZeroDivisionError at line 1 of optimizer.py: division"),
    "reads": Bad(text(f"input()\n{_RIGHT}"), "line 1 of optimizer.py: nobody is there to answer"),
    "sleeps": Bad(text(_SLEEPS), "did not finish importing within 3 seconds"),
    "exits": Bad(text(f"exit()\n{_RIGHT}"), "Your file ends the program at line 1 of optimizer.py"),
    "interrupts": Bad(
        text(f"raise KeyboardInterrupt\n{_RIGHT}"), "raised KeyboardInterrupt at line 1"
    ),
    "base": Bad(
        text(f"raise BaseException('x')\n{_RIGHT}"), "BaseException at line 1 of optimizer.py: x"
    ),
}  # fmt: skip

# Code that is judged, and fails with a sentence of its own.
_WRONG = {
    "signature of step": Bad(
        text(a_class("pass", step="self, closure")), "missing 1 required positional argument"
    ),
    "signature of init": Bad(
        text(a_class("pass", init="self, params")), "takes 2 positional arguments but 3 were given"
    ),
    "no self": Bad(text(a_class("pass", step="")), "takes 0 positional arguments but 1 was given"),
    "no method": Bad(
        text(a_class("pass").replace("def step", "def stepp")), "Did you mean 'stepp'?"
    ),
    "no class at all": Bad(text("Optimizer = 3\n"), "'int' object is not callable"),
    "wrong type": Bad(text(a_class("for p in self.params: p.data = 'x'")), "TypeError: Variable data"),
    "huge": Bad(
        text(a_class("for p in self.params: p.data = torch.ones(1).expand(10**9)")),
        "your code asked for more than the 1024 MB of memory",
    ),
    "huge in memory": Bad(text(a_class("x = bytearray(10**11)")), "your code asked for more than the 1024 MB of memory"),
    "NaN": Bad(text(a_class("for p in self.params: p.data.fill_(float('nan'))")), "got nan"),
    "wrong device": Bad(
        text(a_class("for p in self.params: p.data = torch.empty_like(p, device='meta')")),
        "your code raised RuntimeError",
    ),
    "wrong shape": Bad(text(a_class("for p in self.params: p.data = p.data[0]")), "expected shape"),
    "forbidden module": Bad(text(f"import os\n{_RIGHT}"), "Line 1 imports 'os'; an exercise may use"),
    "misspelt module": Bad(text(f"import numpyy\n{_RIGHT}"), "Line 1 imports 'numpyy'"),
    "what is rebuilt": Bad(
        text("from torch.optim import SGD as Optimizer\n"), "Line 1 imports 'torch.optim.SGD'"
    ),
}  # fmt: skip

# What is put right, or does no harm.
_HARMLESS = {
    "extra file": Bad(lambda f: (text(_RIGHT)(f), (f / "a.txt").touch()), "Left aside: 'a.txt'."),
    "byte order mark": Bad(text(codecs.BOM_UTF8 + _RIGHT.encode()), "Removed a byte order mark"),
    "CRLF": Bad(text(_RIGHT.replace("\n", "\r\n")), "50 of 50 points"),
    "CR": Bad(text(_RIGHT.replace("\n", "\r")), "50 of 50 points"),
    "prints": Bad(text(f"print('hello')\n{_RIGHT}"), "50 of 50 points"),
}


def _one_line(output):
    return " ".join(output.split())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a device")
def test_a_device_in_the_place_of_the_file_is_called_what_it_is(grade, folder):
    """It is never opened: that alone may set it going."""
    os.mknod(folder / _NAME, 0o020666, os.makedev(1, 5))

    done = grade("submit", "optimizer")

    assert "is a device; put the file there" in _error(done)


@pytest.mark.parametrize("bad", _UNGRADABLE.values(), ids=_UNGRADABLE)
def test_what_cannot_be_judged_is_one_sentence_and_uses_no_attempt(grade, folder, bad):
    """Exit code 1, the sentence on stderr and in the feedback, and no points lost."""
    bad.put(folder)

    done = grade("submit", "optimizer")

    assert done.exit_code == 1
    assert bad.says in _error(done)
    assert "Optimizer (not graded)" in done.stdout
    assert bad.says in _one_line(done.stdout)
    assert "no attempt is used" in done.stdout


@pytest.mark.parametrize("name", ["missing", "syntax", "exits", "50 MB"])
def test_a_report_on_what_cannot_be_judged_says_that_it_is_none(grade, folder, name):
    """`gradable` is false, and the JSON is all that stands on stdout."""
    _UNGRADABLE[name].put(folder)

    done = grade("submit", "optimizer", "--json")

    report = json.loads(done.stdout)
    assert done.exit_code == 1
    assert (report["gradable"], report["verdicts"]) == (False, [])
    assert report["score"] == {"earned": 0.0, "possible": 50.0}
    assert _UNGRADABLE[name].says in report["problem"]["sentence"]
    assert _UNGRADABLE[name].says in _error(done)


def test_only_what_was_judged_counts_as_an_attempt(grade, folder):
    """Three slips and one honest try are one attempt."""
    for name in ("missing", "syntax", "exits"):
        _UNGRADABLE[name].put(folder)
        assert grade("submit", "optimizer").exit_code == 1
    _WRONG["no method"].put(folder)
    assert grade("submit", "optimizer").exit_code == 0

    listed = json.loads(grade("list", "--json").stdout)["exercises"]

    assert {e["id"]: e["attempts"] for e in listed}["optimizer"] == 1


@pytest.mark.parametrize("name", ["missing", "pipe", "empty", "late syntax", "no such name"])
def test_a_check_says_the_same_as_a_submission(grade, folder, name):
    """The student reads it before anything is handed in."""
    _UNGRADABLE[name].put(folder)

    done = grade("check", "optimizer")

    assert done.exit_code == 1
    assert _UNGRADABLE[name].says in _error(done)


@pytest.mark.parametrize(
    ("source", "line", "caret"),
    [
        (
            "class Optimizer:\n    def step(self)\n",
            2,
            "    │ def step(self)\n    │               ^\n",
        ),
        ("x = [1, 2\ny = 3\n", 1, "    │ x = [1, 2\n    │     ^\n"),
        ("s = 'ä' + 'no end\n", 1, "    │ s = 'ä' + 'no end\n    │           ^\n"),
    ],
)
def test_a_syntax_error_shows_file_line_source_and_caret_once(grade, folder, source, line, caret):
    """One copy of it, in the student's own file, and nothing of Python's parser."""
    text(source)(folder)

    done = grade("check", "optimizer")

    assert f"optimizer.py, line {line}" in done.stdout
    assert caret in done.stdout
    assert done.stdout.count(source.splitlines()[line - 1].strip()) == 1
    assert "Error" not in done.stdout
    assert _error(done).startswith(f"not graded. Line {line} of 'optimizer.py' is not Python")


@pytest.mark.parametrize("bad", _WRONG.values(), ids=_WRONG)
def test_wrong_code_is_judged_and_told_why(grade, folder, bad):
    """A score is no error of the command: it exits 0, with nothing on stderr but what was sent."""
    bad.put(folder)

    done = grade("submit", "optimizer")

    assert done.exit_code == 0
    assert "Error" not in done.stderr
    assert " 0 of 50 points" in done.stdout
    assert bad.says in _one_line(done.stdout)


def test_a_result_of_any_depth_is_no_trouble(grade, folder):
    """What `step` returns is looked at by one check only, which says so."""
    right = "        return x\n\n    def zero_grad"
    body = "        x = []\n        for _ in range(2 * 10**3):\n            x = [x]\n"
    text(_RIGHT.replace("\n    def zero_grad", body + right))(folder)

    report = json.loads(grade("submit", "optimizer", "--json").stdout)

    bad = [v for v in report["verdicts"] if v["possible"] and v["verdict"] != "passed"]
    assert [v["check"] for v in bad] == ["step_returns_nothing"]
    assert bad[0]["verdict"] == "failed"


@pytest.mark.parametrize("bad", _HARMLESS.values(), ids=_HARMLESS)
def test_what_does_no_harm_costs_nothing(grade, folder, bad):
    """It is judged as it was meant, and mentioned where something was done about it."""
    bad.put(folder)

    done = grade("submit", "optimizer")

    assert done.exit_code == 0
    assert "50 of 50 points" in done.stdout
    assert bad.says in done.stdout


def test_json_is_alone_on_stdout_whatever_the_code_prints(grade, folder):
    """What a student prints is in the report, not beside it."""
    text(f"print('{{\"version\": 9}}')\n{_RIGHT}")(folder)

    done = grade("submit", "optimizer", "--json")

    assert json.loads(done.stdout)["version"] == 1
    assert done.stderr.startswith("Handing in")


# Names and places that do not exist


@pytest.mark.parametrize("command", ["submit", "check", "start", "hint", "feedback", "reset"])
def test_an_exercise_that_does_not_exist_names_the_nearest(grade, command):
    """One line, exit code 1."""
    done = grade(command, "optimiser")

    assert done.exit_code == 1
    assert done.stderr == "Error: No exercise named 'optimiser'. Did you mean 'optimizer'?\n"
    assert done.stdout == ""


def test_a_folder_that_does_not_exist_is_a_usage_error(grade):
    """Click's own sentence and its exit code."""
    done = grade("submit", "optimizer", "--from", "nowhere")

    assert done.exit_code == 2
    assert "'nowhere' does not exist" in done.stderr


def test_a_file_of_another_kind_is_no_submission(grade):
    """What `--from` takes is said in one line."""
    done = grade("submit", "optimizer", "--from", "optimizer/README.md")

    assert done.exit_code == 1
    assert "'optimizer/README.md' is neither a folder nor" in _error(done)


def test_an_exercise_that_was_not_begun_says_how_to_begin(grade):
    """There is nothing of it here."""
    done = grade("submit", "mlp")

    assert done.exit_code == 1
    assert _error(done) == "You have no 'mlp' here; begin with 'grade start mlp'."


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("title = 3\n", "Expected `str`, got `int` - at `$.title`"),
        ("titel = 'x'\n", "unknown key 'titel'. Did you mean 'title'?"),
        ("title = \n", "Invalid value (at line 1, column 9)"),
        ("", "missing required field `title`"),
        ("\x00", "exercise.toml: "),
    ],
)
def test_a_broken_exercise_toml_names_file_and_key(home, content, sentence):
    """The author of the course reads what to put right."""
    shutil.copytree(_ROOT / "assignments/mlp", course := home / "course/assignments/mlp")
    (course / "exercise.toml").write_text(content)

    done = CliRunner().invoke(cli.main, ["--course", str(home / "course"), "check", "mlp"])

    assert done.exit_code == 1
    assert "exercise.toml: " in _error(done)
    assert sentence in _error(done)
    assert done.stdout == ""


# A real process


def _command(*arguments):
    return [sys.executable, "-m", "cli", "--course", str(_ROOT), *arguments]


def _environment(**more):
    return {**os.environ, "PYTHONPATH": str(_ROOT), "TORCHGRADE_SECRET": "of-the-tests", **more}


def test_a_read_only_folder_costs_the_history_and_nothing_else(home):
    """The feedback is shown; that the report could not be kept is one line."""
    shutil.copy(_ROOT / "solutions/optimizer/optimizer.py", home / "optimizer")
    command, options = _command("check", "optimizer"), {}
    if os.geteuid() == 0:
        # Root may write anywhere, so the files lie in a folder that nobody may write: /proc has one.
        shutil.rmtree(home / ".torchgrade")
        (home / ".torchgrade").symlink_to("/proc/sys/kernel/nowhere")
    else:
        (home / ".torchgrade").chmod(0o500)
        options["umask"] = 0o022

    done = subprocess.run(
        command,
        cwd=home,
        env=_environment(),
        capture_output=True,
        text=True,
        check=False,
        **options,
    )

    assert done.returncode == 0, done.stderr
    assert "8 public checks pass" in done.stdout
    assert done.stderr.startswith("This report could not be kept. Cannot write ")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become somebody else")
@pytest.mark.parametrize(
    "command",
    [
        "check",
        "submit",
    ],
)
def test_a_file_that_may_not_be_read_says_how_to_allow_it(command):
    """Whoever runs the grader is not root, and the file's mode is 000."""
    as_somebody = [sys.executable, str(_ROOT / "tests/as_user.py")]
    with tempfile.TemporaryDirectory() as home:  # pytest's own folders are root's alone
        path = Path(home) / "optimizer" / _NAME
        path.parent.mkdir()
        path.write_text(_RIGHT)
        path.chmod(0o000)
        for place in (path, path.parent, home):
            os.chown(place, 12345, 12345)
        done = subprocess.run(
            [*as_somebody, *_command(command, "optimizer")],
            cwd=home,
            env=_environment(PYTHONDONTWRITEBYTECODE="1"),
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.returncode == 1
    assert "'optimizer.py' may not be read; allow it: chmod a+r optimizer.py." in _error(done)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")
@pytest.mark.parametrize("command", [["check"], ["submit", "--json"]])
def test_an_interruption_on_the_way_is_one_line_and_loses_nothing(home, command):
    """Ctrl-C reaches the whole group, as from a terminal; no process and no half file is left."""
    (home / "optimizer" / _NAME).write_text(_SLEEPS.replace("time.sleep(99)", "while True: pass"))
    before = _contents(home)
    process = subprocess.Popen(
        _command(*command, "optimizer"),
        cwd=home,
        env=_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    _wait_for_work(process)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=30)

    said = [line for line in err.splitlines() if line and not line.startswith("Handing in")]
    assert process.returncode == 130
    assert said == ["Interrupted; your files and your earlier results are as they were."]
    assert out == ""
    assert _contents(home) == before
    assert not list(home.glob(".torchgrade/optimizer/*"))
    assert not _left_of(process.pid)


def _wait_for_work(process):
    """Wait until the command has started its processes and is in the middle of it."""
    deadline = time.monotonic() + 60
    while sum(parent == process.pid for parent, _, _ in _processes()) < 2:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.05)
    time.sleep(0.5)


def _left_of(session):
    """Return what still runs in *session*, which may take a moment to end."""
    deadline = time.monotonic() + 5
    while left := [p for p in _processes() if p[1] == session and p[2] != "Z"]:
        if time.monotonic() > deadline:
            break
        time.sleep(0.1)
    return left


def _processes():
    """Return (parent, session, state) of every process."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it has just ended
            state, parent, _, session = path.read_text().rpartition(")")[2].split()[:4]
            found.append((int(parent), int(session), state))
    return found
