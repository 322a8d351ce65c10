"""Plain `pytest`, as a student's editor runs it: short texts about their own code, none of ours."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import cli

_ROOT = Path(__file__).resolve().parents[2]
_MISTAKE = """
from torch import Tensor


class Dataset:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __len__(self):
        print("my own word")
        return self.x.no_such_thing

    def __getitem__(self, index):
        return self.x[index], self.x[index]
"""


def run_pytest(folder, *arguments):
    """Run plain pytest in *folder*."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-ra", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Give a student's folder with a stub, a right answer and a mistake."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for name in ("optimizer", "mlp", "dataset"):
            done = CliRunner().invoke(cli.main, ["--course", str(_ROOT), "start", name])
            assert done.exit_code == 0, done.output
    shutil.copy(_ROOT / "solutions/mlp/mlp.py", folder / "mlp")
    (folder / "dataset/dataset.py").write_text(_MISTAKE)
    return folder


@pytest.fixture(scope="module")
def done(home):
    """Give what one run over all three exercises said."""
    return run_pytest(home)


def _sections(text):
    """Return what is said about each failed test, by its name."""
    parts = re.split(
        r"^_{3,} (\w+) _{3,}$", text.partition("short test summary")[0], flags=re.MULTILINE
    )
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_exit_code_says_that_something_failed(done):
    """As for any pytest run."""
    assert done.returncode == 1
    assert done.stderr == ""


def test_a_stub_fails_as_still_to_be_written(done):
    """The text is the stub's own sentence and line, not a traceback."""
    said = _sections(done.stdout)["test_one_step_matches"]

    assert said.strip().splitlines() == [
        "One step changes a parameter p to p - lr * p.grad.",
        "still to be written: Optimizer.step: update every parameter in place",
        'optimizer.py:41: raise NotImplementedError("Optimizer.step: update every parameter in place")',
    ]


def test_a_right_answer_passes(done):
    """Every public check of it."""
    assert re.search(r"mlp/public/test_mlp\.py \.+ ", done.stdout)


def test_a_mistake_is_a_short_text_with_line_print_and_hint(done):
    """Title, what happened, the student's line, what they printed, and a hint."""
    said = next(text for text in _sections(done.stdout).values() if "no_such_thing" in text)
    lines = said.strip().splitlines()

    assert "AttributeError" in lines[1]
    assert lines[2] == "dataset.py:11: return self.x.no_such_thing"
    assert lines[3] == "printed: my own word"
    assert any(line.startswith("hint: ") for line in lines)


def test_no_frame_and_no_path_of_ours_is_shown(done):
    """A student reads about their code only."""
    for ours in ("autograder/", "Traceback", "site-packages", "submission.run", "worker.py"):
        assert ours not in done.stdout


def test_checks_that_wait_say_for_what(done):
    """They are skipped, with the reason, at their own line of the public suite."""
    said = "optimizer/public/test_optimizer.py:30: still to be written: Optimizer.step"

    assert f"SKIPPED [1] {said}" in done.stdout
    assert re.search(r"SKIPPED .* builds on “.*”, which did not pass", done.stdout)


def test_exercises_in_one_run_keep_their_own_probes(done):
    """Each suite imports the `probes` beside it; no import fails, and no probe is missing."""
    assert "collected 2" in done.stdout
    assert "has no attribute" not in done.stdout.replace("has no attribute 'no_such_thing'", "")
    assert "ImportError" not in done.stdout
    assert "grader had trouble" not in done.stdout


def test_the_course_itself_can_be_run(tmp_path):
    """`pytest assignments/optimizer` in the repository runs the stub there."""
    done = run_pytest(_ROOT, "assignments/optimizer", f"--basetemp={tmp_path}/base")

    assert "2 failed, 6 skipped" in done.stdout
    assert done.stdout.count("still to be written: Optimizer.step:") > 1
    assert "autograder/" not in done.stdout


def test_a_single_check_can_be_run_alone(home):
    """A click on one test does not ask for those that it builds on."""
    done = run_pytest(home, "mlp/public/test_mlp.py", "-k", _last_check(home / "mlp"))

    assert "1 passed" in done.stdout
    assert done.returncode == 0


def _last_check(folder):
    text = (folder / "public" / f"test_{folder.name}.py").read_text()
    return re.findall(r"^def (test_\w+)", text, re.MULTILINE)[-1]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("class MLP\n    pass\n", "Line 1 of 'mlp.py' is not Python: expected ':'."),
        (None, "Your folder has no 'mlp.py'; it has no Python file."),
        ("class MPL: pass\n", "'mlp.py' defines no 'MLP'; it defines 'MPL'."),
    ],
)
def test_what_cannot_be_judged_is_one_sentence(home, tmp_path, text, sentence):
    """The run ends at once, without a traceback."""
    shutil.copytree(home / "mlp", tmp_path / "mlp")
    path = tmp_path / "mlp/mlp.py"
    path.unlink()
    if text:
        path.write_text(text)

    done = run_pytest(tmp_path, "mlp")

    assert done.returncode == 1
    assert done.stdout.count(sentence) == 1
    assert "Traceback" not in done.stdout + done.stderr
    assert "no tests ran" in done.stdout
