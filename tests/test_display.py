"""`grade train` shows whose pieces run, every epoch, what came of it, and what comes next."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.console import Console

from autograder.course.catalog import Catalog
from autograder.training import prepare
from autograder.training.display import show_training
from autograder.training.milestones import MILESTONES
from cli import main

_ROOT = Path(__file__).resolve().parents[1]
_CATALOG = Catalog(_ROOT)


@pytest.fixture
def home(tmp_path, monkeypatch):
    """Give a student's folder with all pieces but the schedule, as current folder."""
    home = tmp_path / "home"
    for milestone in MILESTONES.values():
        for part in milestone.parts:
            (home / part.exercise).mkdir(parents=True, exist_ok=True)
            shutil.copy(_CATALOG[part.exercise].solution, home / part.exercise)
    (home / ".torchgrade").mkdir()
    shutil.copy(_CATALOG["schedules"].stub, home / "schedules")
    monkeypatch.chdir(home)
    monkeypatch.setenv("TORCHGRADE_COURSE", str(_ROOT))
    return home


@pytest.fixture
def grade():
    """Give the command line."""
    return lambda *arguments: CliRunner().invoke(main, arguments, catch_exceptions=False)


def test_the_training_is_told_from_its_pieces_to_the_next_milestone(home, grade):
    """It fits 80 columns, in plain text where it goes into a pipe."""
    result = grade("train", "--epochs", "2", "--out", "digits.png")

    said = result.stdout
    assert result.exit_code == 0, result.stderr
    assert "Milestone lesson: your code learns 1,437 of scikit-learn's digits in 2 epochs" in said
    assert "linear.py      Linear, ReLU" in said
    assert "nn.Linear, nn.ReLU" in said
    assert "    2    0.6" in said
    assert "digits that it never saw; torch" in said
    assert "drawn in digits.png" in said
    assert "part in epoch" not in said
    assert "The next milestone, internals, waits:\n  still to write: schedules\n" in said
    assert "\x1b" not in said
    assert max(map(len, said.splitlines())) <= 80
    assert (home / "digits.png").is_file()


@pytest.mark.usefixtures("home")
def test_the_training_is_data_on_request(grade):
    """Milestone, pieces, epochs and what comes next are in the JSON, and nothing else is."""
    result = grade("train", "--epochs", "1", "--milestone", "core", "--json")

    data = json.loads(result.stdout)["training"]
    assert (data["milestone"], data["data"], data["following"]) == ("core", "digits", None)
    assert data["pieces"][0]["name"] == "MLP"
    assert data["picture"] == "out/training.png"
    assert data["epochs"][0]["yours"].keys() == data["epochs"][0]["torchs"].keys()
    assert data["accuracy"] == data["epochs"][-1]["yours"]["valid_accuracy"]


@pytest.mark.usefixtures("home")
def test_what_is_missing_is_one_line(grade):
    """A milestone that was asked for does not fall back."""
    result = grade("train", "--milestone", "internals")

    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("Error: Your 'schedules' is still to be written (line ")
    assert result.stderr.count("\n") == 1


def test_a_broken_piece_is_told_after_the_training_that_runs(home, grade):
    """What keeps the next milestone waiting is a sentence of its own."""
    (home / "adam" / "adam.py").unlink()
    shutil.copy(_CATALOG["schedules"].solution, home / "schedules")

    said = grade("train", "--epochs", "1").stdout

    assert "waits:\n  Training needs your 'adam'. " in said


@pytest.mark.parametrize(
    ("wrong", "epoch"), [("self.l1(x)", 1), ("self.relu(self.l1(x)) / 0", 1)], ids=["relu", "nan"]
)
def test_where_the_runs_part_is_told(home, grade, wrong, epoch):
    """Whoever built something else than torch reads so, and from which epoch on it shows."""
    path = home / "mlp" / "mlp.py"
    right = path.read_text()
    path.write_text(right.replace("self.relu(self.l1(x))", wrong))
    assert path.read_text() != right

    said = grade("train", "--epochs", "2", "--milestone", "core").stdout

    assert f"The two runs part in epoch {epoch}: something of yours does not do what" in said


def test_epochs_appear_as_they_end(home):
    """On a terminal the table grows, with a bar below it until the last epoch."""
    console = Console(file=io.StringIO(), force_terminal=True, width=80, height=24)
    seen = []
    session = prepare(home, _CATALOG, epochs=2, milestone="core")
    run = session.run

    def watched(out, progress):
        def told(epoch):
            progress(epoch)
            seen.append(console.file.getvalue())

        return run(out, told)

    session.run = watched
    show_training(session, home / "training.png", console)

    assert "0.5844" not in seen[0]
    assert "━" in seen[0]
    assert "0.5844" in seen[1]


def test_after_the_last_milestone_nothing_waits(home):
    """Whoever has done it all is told so."""
    shutil.copy(_CATALOG["schedules"].solution, home / "schedules")
    console = Console(file=io.StringIO(), width=80)

    show_training(prepare(home, _CATALOG, epochs=1), home / "training.png", console)

    assert "That was the last milestone." in console.file.getvalue()
    assert "waits" not in console.file.getvalue()
