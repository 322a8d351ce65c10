"""Feedback on a real terminal of 80 columns and 40 lines: everything is on the screen, and nothing runs over."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[1]
_GOLDEN = Path(__file__).parent / "golden"
_END = "=== ended with"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed"),
]


class Screen:
    """A terminal in which one command ran."""

    def __init__(self, folder, command):
        self._tmux = ["tmux", "-S", str(folder / "tmux"), "-f", os.devnull]
        script = f"{shlex.join(command)}; echo '{_END}' $?; sleep 120"
        environment = {
            **os.environ,
            "PYTHONPATH": str(_ROOT),
            "TORCHGRADE_SECRET": "of-the-tests",
            "LC_ALL": "C.UTF-8",
        }
        for name in ("NO_COLOR", "COLUMNS", "LINES", "TMUX"):
            environment.pop(name, None)
        subprocess.run(
            [
                *self._tmux,
                "new-session",
                "-d",
                "-x",
                "80",
                "-y",
                "40",
                f"sh -c {shlex.quote(script)}",
            ],
            cwd=folder,
            env=environment,
            check=True,
        )

    def text(self, *options):
        """Return what is on the screen."""
        done = subprocess.run(
            [*self._tmux, "capture-pane", "-p", *options],
            capture_output=True, text=True, check=True, encoding="utf-8",
        )  # fmt: skip
        return done.stdout.rstrip("\n")

    def at_the_end(self):
        """Wait for the command, and return what is on the screen."""
        deadline = time.monotonic() + 90
        while _END not in (seen := self.text()):
            assert time.monotonic() < deadline, seen
            time.sleep(0.2)
        return seen

    def close(self):
        """End the terminal."""
        subprocess.run([*self._tmux, "kill-server"], check=False, capture_output=True)


@pytest.fixture
def submitted(tmp_path):
    """Give a function that submits a golden case in a terminal and returns the terminal."""
    opened = []

    def submit(case):
        exercise = case.partition("-")[0]
        shutil.copytree(_GOLDEN / case, tmp_path / exercise)
        (tmp_path / exercise / "submission.py").rename(tmp_path / exercise / f"{exercise}.py")
        (tmp_path / exercise / "report.json").unlink()
        command = [sys.executable, "-m", "cli", "--course", str(_ROOT), "submit", exercise]
        opened.append(Screen(tmp_path, command))
        return opened[-1]

    yield submit
    for screen in opened:
        screen.close()


_TOLD = {
    "optimizer-prints": (
        "Optimizer  ",
        "✗ One step changes a parameter p to p - lr * p.grad.",
        "elements differ; the worst:",
        "Your code printed:",
        "│ stepping over 1",
        "Hint: Compare one element by hand: p - lr * p.grad.",
    ),
    "optimizer-forgets-missing-gradients": (
        "Your code behaves like this known mistake:",
        "✗ A parameter whose gradient is None stays as it is, and the others still move.",
        "your code raised TypeError",
        "optimizer.py, line 11, in step",
        "│ p.copy_(p - self.lr * p.grad)",
        "Hint: ",
    ),
    "mlp-ends-with-softmax": (
        "Your code behaves like this known mistake: Return the raw logits:",
        "✗ ",
        "Hint: ",
    ),
}


@pytest.mark.parametrize("case", _TOLD)
def test_feedback_on_a_mistake_is_on_the_screen_and_runs_over_nowhere(submitted, case):
    """Title, message, line and hint are visible at once, from what was handed in to the end."""
    screen = submitted(case)

    seen = screen.at_the_end()

    flat = " ".join(seen.split())
    for words in _TOLD[case]:
        assert " ".join(words.split()) in flat, seen
    assert seen.splitlines()[0].startswith("Handing in"), seen  # nothing has scrolled away
    assert f"{_END} 0" in seen
    assert screen.text("-J") == seen  # no line was broken by the terminal
    assert all(len(line) <= 80 for line in seen.splitlines())
    assert "\x1b[" in screen.text("-e")  # in colour
    assert "━" not in flat.partition("points")[2]  # the progress bar has gone
