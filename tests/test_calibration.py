"""`grade calibrate` measures right spellings and slow mistakes, keeps and draws what it found."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from autograder.calibration import calibrate
from autograder.course.catalog import Catalog
from autograder.errors import UserError
from autograder.results import margins

_ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def small(tmp_path):
    """Give a course with the exercise `mlp`, two right spellings and one slow mistake."""
    root = tmp_path / "course"
    for tree in ("assignments", "solutions"):
        shutil.copytree(_ROOT / tree / "mlp", root / tree / "mlp")
    secret = root / "solutions" / "mlp"
    for folder, kept in (
        ("mistakes", "describes_the_batch_as_text"),
        ("spellings", "layer_by_layer"),
    ):
        for path in (secret / folder).glob("*.py"):
            if path.stem not in (kept, "keeps_a_copy_of_its_layers"):
                path.unlink()
    return Catalog(root)


def test_a_calibration_is_measured_drawn_and_kept(small, tmp_path):
    """Every right spelling is far below the limit and every slow mistake far above it."""
    steps = []
    (found,) = calibrate(
        small,
        small.exercises,
        pictures=tmp_path / "out",
        runs=1,
        progress=lambda done, of, what: steps.append((done, of, what)),
    )

    (margin,) = found.margins
    assert found.sound, margin.findings
    assert {e.name for e in margin.estimates if e.is_right} == {"solution", "layer_by_layer"}
    assert margin.slowest_right < margin.limit < margin.fastest_slow
    assert (tmp_path / "out" / "mlp.png").read_bytes().startswith(b"\x89PNG")
    assert steps[-1][0] == steps[-1][1] - 1
    assert margins.read(small.calibrations) == {"mlp": found}

    again = calibrate(small, small.exercises, pictures=tmp_path / "out", runs=1)
    assert again == (found,)  # it is known, so nothing is measured


def test_an_exercise_without_a_speed_check_says_so(tmp_path):
    """One sentence, and no traceback."""
    catalog = Catalog(_ROOT)

    with pytest.raises(UserError, match="There is no speed check to calibrate in: dataset"):
        calibrate(catalog, [catalog["dataset"]], pictures=tmp_path)


def test_what_is_known_is_printed_as_json(small, tmp_path, monkeypatch):
    """Staff read it by program, too."""
    from click.testing import CliRunner

    import cli

    digest = small.digest(small["mlp"])
    estimate = margins.Estimate(name="solution", is_right=True, idle=(1.0,), loaded=(1.1,))
    margin = margins.Margin(check="it", limit=3.0, reference="torch", estimates=(estimate,))
    known = margins.Calibration(exercise="mlp", course=digest, measured_at="x", margins=(margin,))
    margins.write(small.calibrations, [known])
    monkeypatch.chdir(tmp_path)

    result = CliRunner().invoke(
        cli.main, ["--course", str(small.root), "calibrate", "mlp", "--json"]
    )

    assert result.exit_code == 1  # no slow mistake is known
    assert json.loads(result.stdout)["exercises"][0]["exercise"] == "mlp"
