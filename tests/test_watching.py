"""Watching runs at every save, obeys keys, and leaves the terminal as it was."""

from __future__ import annotations

import contextlib
import io
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from rich.console import Console

from autograder.course.workspace import Workspace
from autograder.errors import UserError, WorkspaceError
from autograder.results.history import History
from autograder.watching import Session, Step, decide

_ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("saved", "keys", "steps"),
    [
        (False, "", ()),
        (True, "", (Step.RUN,)),
        (False, "r", (Step.RUN,)),
        (True, "r", (Step.RUN,)),
        (False, "hl", (Step.HINT, Step.LIST)),
        (True, "h", (Step.RUN, Step.HINT)),
        (False, "N", (Step.NEXT,)),
        (True, "hnq", (Step.QUIT,)),
        (False, "\x04", (Step.QUIT,)),
        (False, "xyz ?\n", ()),
        (False, "\x1b[H", ()),
    ],
)
def test_saves_and_keys_say_what_to_do(saved, keys, steps):
    """Quitting wins, one run is enough, and other keys mean nothing."""
    assert decide(saved=saved, keys=keys) == steps


@pytest.fixture
def history(home):
    """Give the history of an empty workspace."""
    return History(Workspace(home))


@pytest.fixture
def screen():
    """Give what is shown."""
    return io.StringIO()


@pytest.fixture
def session(course, history, fake_grader, screen):
    """Give a student who has begun the first exercise."""
    history.workspace.start(course["adder"])
    console = Console(file=screen, width=80)
    return Session(fake_grader, history, course, course["adder"], console)


def test_a_run_shows_and_keeps_the_report(session, screen, history):
    """The feedback ends in the keys."""
    assert session.take(Step.RUN)

    assert "All 2 checks pass" in screen.getvalue()
    assert screen.getvalue().rstrip().endswith("h hint · r run · l list · q quit")
    assert history.last(session.exercise).passed


def test_the_next_exercise_is_offered_and_begun(session, screen, home):
    """After a pass n starts the next stub and turns to it."""
    session.take(Step.RUN)
    assert "n next: doubler" in screen.getvalue()

    assert session.take(Step.NEXT)

    assert session.exercise.id == "doubler"
    assert session.folder == home / "doubler"
    assert (home / "doubler" / "doubler.py").is_file()


def test_the_next_exercise_is_not_refused_before_a_pass(session, fake_grader, reports):
    """Who is stuck may go on and come back."""
    fake_grader.answers = [reports.failed()]
    session.take(Step.RUN)

    session.take(Step.NEXT)

    assert session.exercise.id == "doubler"


def test_after_the_last_exercise_there_is_no_next(session, screen, history, reports):
    """n is not offered, and pressing it does no harm."""
    for name in ("doubler", "halver"):
        history.record(reports.passed(exercise=name))

    assert session.take(Step.NEXT)

    assert "There is no other exercise to build." in screen.getvalue()
    assert "n next" not in screen.getvalue()
    assert session.exercise.id == "adder"


def test_a_hint_is_shown(session, screen):
    """h shows the hint that `grade hint` would show."""
    assert session.take(Step.HINT)

    assert "Hint 1 of 2: a question" in screen.getvalue()


def test_the_map_is_shown(session, screen):
    """l shows the whole course."""
    assert session.take(Step.LIST)

    assert "halver" in screen.getvalue()


def test_quitting_ends_it(session):
    """q is the only step that does not go on."""
    assert not session.take(Step.QUIT)


def test_a_syntax_error_does_not_end_it(session, fake_grader, reports, screen):
    """A file in the middle of a change is shown as such."""
    fake_grader.answers = [reports.ungradable()]

    assert session.take(Step.RUN)

    assert "expected ':'" in screen.getvalue()


def test_a_file_that_is_away_for_a_moment_does_not_end_it(session, fake_grader, screen):
    """Some editors remove a file before they write it."""
    fake_grader.answers = [UserError("There is no 'adder.py'.")]

    assert session.take(Step.RUN)

    assert "Error: There is no 'adder.py'." in screen.getvalue()


def test_a_report_that_cannot_be_kept_is_shown_all_the_same(session, home, screen):
    """A full disk costs the history, not the feedback."""
    (home / ".torchgrade").rmdir()
    (home / ".torchgrade").write_text("")

    assert session.take(Step.RUN)

    assert "All 2 checks pass" in screen.getvalue()
    assert "Error: Cannot write" in screen.getvalue()


def test_a_bug_of_ours_ends_it(session, fake_grader):
    """What only we can put right is not hidden on a screen that is cleared."""
    fake_grader.answers = [ZeroDivisionError("ours")]

    with pytest.raises(ZeroDivisionError, match="ours"):
        session.take(Step.RUN)


def test_what_was_not_started_cannot_be_watched(course, history, fake_grader):
    """The sentence says how to begin."""
    with pytest.raises(WorkspaceError, match="'grade start adder'"):
        Session(fake_grader, history, course, course["adder"], Console())


_PROGRAM = """
import sys
from pathlib import Path
sys.path[:0] = [sys.argv[2], sys.argv[2] + "/tests"]
import conftest, cli, types

class Grader(conftest.FakeGrader):
    def grade(self, source, exercise, **_):
        text = (source / exercise.files[0]).read_text()
        kind = "passed" if "right" in text else "ungradable" if "(" not in text else "failed"
        return getattr(conftest.Reports(), kind)(exercise=exercise.id, suite="public")

module = types.ModuleType("autograder.grading")
module.Grader = Grader([])
sys.modules["autograder.grading"] = module
cli.main(["--course", sys.argv[1], "check", "adder", "--watch"])
"""


class _Terminal:
    """A student's terminal: a program in a pseudo-terminal, keys, and what it shows."""

    def __init__(self, course, home):
        import pty

        self.keys, self.program_side = pty.openpty()
        self.modes = self._modes()
        self.seen = ""
        self.process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, str(course.root), str(_ROOT)],
            cwd=home,
            stdin=self.program_side,
            stdout=self.program_side,
            stderr=self.program_side,
            env=os.environ | {"TERM": "xterm", "PYTHONPATH": str(_ROOT), "NO_COLOR": "1"},
            start_new_session=True,
        )

    def _modes(self):
        import termios

        return termios.tcgetattr(self.program_side)

    def press(self, keys: str) -> None:
        """Press *keys*; what was seen before is forgotten."""
        self.seen = ""
        os.write(self.keys, keys.encode())

    def wait_for(self, text: str, seconds: float = 30) -> None:
        """Read until *text* was shown."""
        end = time.monotonic() + seconds
        while text not in self.seen:
            left = end - time.monotonic()
            ready, _, _ = select.select([self.keys], [], [], max(left, 0))
            assert ready, f"{text!r} was not shown; but: {self.seen!r}"
            self.seen += os.read(self.keys, 65536).decode(errors="replace")

    def end(self) -> int:
        """Wait for the end, and return the exit code."""
        while self.process.poll() is None:
            ready, _, _ = select.select([self.keys], [], [], 0.05)
            if ready:
                self.seen += os.read(self.keys, 65536).decode(errors="replace")
        return self.process.returncode


@pytest.fixture
def terminal(course, home, history):
    """Give a terminal in which the first exercise is watched."""
    pytest.importorskip("termios", reason="keys need a POSIX terminal")
    history.workspace.start(course["adder"])
    terminal = _Terminal(course, home)
    yield terminal
    with contextlib.suppress(ProcessLookupError):
        terminal.process.kill()
    terminal.process.wait()
    os.close(terminal.keys)
    os.close(terminal.program_side)


def test_a_session_in_a_terminal(terminal, home):
    """Runs at once, at every save, survives a half-saved file, turns to the next, and quits."""
    stub = home / "adder" / "adder.py"
    terminal.wait_for("q quit")
    assert "expected 3, got 2" in terminal.seen

    terminal.seen = ""
    stub.write_text("def adder")
    terminal.wait_for("not graded")
    terminal.wait_for("q quit")

    terminal.seen = ""
    new = stub.with_name("new")
    new.write_text("right()")
    new.replace(stub)  # as an editor that saves in one step
    terminal.wait_for("All 2 public checks pass")
    terminal.wait_for("n next: doubler")

    terminal.press("h")
    terminal.wait_for("Hint 1 of 2")
    terminal.wait_for("q quit")
    terminal.press("n")
    terminal.wait_for("expected 3, got 2")
    terminal.wait_for("Watching doubler/doubler.py")

    terminal.seen = ""
    (home / "doubler" / "doubler.py").write_text("right()")
    terminal.wait_for("All 2 public checks pass.")
    assert terminal._modes() != terminal.modes

    terminal.press("q")

    assert terminal.end() == 0
    assert terminal._modes() == terminal.modes


def test_another_file_of_the_folder_is_no_reason_to_run(terminal, home):
    """Notes, and what an editor keeps beside a file, are not judged."""
    terminal.wait_for("q quit")
    terminal.seen = ""

    (home / "adder" / "notes.txt").write_text("right()")
    (home / "adder" / ".adder.py.swp").write_text("right()")
    time.sleep(1)
    os.write(terminal.keys, b"h")
    terminal.wait_for("Hint 1 of 2")

    assert "Checking" not in terminal.seen


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_leaves_the_terminal_as_it_was(terminal, number):
    """Ctrl-C is one line and no traceback; nobody is left with a silent terminal."""
    terminal.wait_for("q quit")

    terminal.process.send_signal(number)

    assert terminal.end() == 130
    assert terminal._modes() == terminal.modes
    assert "Traceback" not in terminal.seen
