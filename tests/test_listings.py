"""What staff and students ask of the machine is listed in words, and as data."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest


@dataclasses.dataclass
class _Audit:
    exercise: str
    checks: int = 3
    mistakes: int = 1
    spellings: int = 2
    points: float = 4.5
    findings: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        return not self.findings


@pytest.fixture
def audits(replace_module):
    """Give the audits to come; without a second they are sound."""
    known = {"doubler": _Audit("doubler")}

    def audit(_catalog, exercises, *, isolation, progress):
        progress("adder", "adder.py")
        assert isolation is None
        return tuple(known.get(e.id, _Audit(e.id)) for e in exercises)

    replace_module("autograder.audit", audit=audit)
    return known


@pytest.mark.usefixtures("audits")
def test_a_sound_course_passes_its_audit(grade):
    """Without an id every exercise is audited."""
    result = grade("audit")

    assert result.exit_code == 0
    assert "✓ adder: 3 checks, 1 mistake, 2 spellings, 4.5 points" in result.stdout
    assert "halver" in result.stdout


def test_an_unsound_exercise_fails_the_audit(grade, audits):
    """Each finding is said, and the exit code is 1."""
    audits["doubler"] = _Audit("doubler", findings=("no mistake fails 'sum'",))

    result = grade("audit", "doubler")
    data = json.loads(grade("audit", "doubler", "--json").stdout)

    assert result.exit_code == 1
    assert "✗ doubler" in result.stdout
    assert "· no mistake fails 'sum'" in result.stdout
    assert data["sound"] is False
    assert data["exercises"][0]["findings"] == ["no mistake fails 'sum'"]


@dataclasses.dataclass
class _Finding:
    name: str
    ok: bool
    detail: str
    remedy: str | None = None


def test_doctor_says_what_to_do(grade, replace_module):
    """What works is said in a line, what does not with its remedy."""
    findings = (
        _Finding("landlock", ok=True, detail="ABI 6"),
        _Finding("CUDA", ok=False, detail="no device", remedy="Use a machine with one."),
    )
    replace_module("autograder.doctor", examine=lambda _catalog: findings)

    said = grade("doctor").stdout

    assert said == "✓ landlock: ABI 6\n✗ CUDA: no device\n    Use a machine with one.\n"
    assert len(json.loads(grade("doctor", "--json").stdout)["findings"]) == 2


@dataclasses.dataclass
class _Epoch:
    epoch: int
    loss: float
    accuracy: float


@dataclasses.dataclass
class _Training:
    epochs: tuple[_Epoch, ...]
    accuracy: float
    torch_accuracy: float
    picture: Path


def test_train_shows_every_epoch_and_torch_beside_it(grade, home, replace_module):
    """The student's folder and the options reach the library."""
    calls = []

    def train(folder, _catalog, out, epochs):
        calls.append((folder, out, epochs))
        return _Training((_Epoch(1, 0.5, 0.9), _Epoch(2, 0.25, 0.96)), 0.96, 0.955, out)

    replace_module("autograder.training", train=train)

    said = grade("train", "--epochs", "2", "--out", "digits.png").stdout
    data = json.loads(grade("train", "--json").stdout)

    assert calls[0] == (home, Path("digits.png"), 2)
    assert "0.2500  96.0%" in said
    assert "Your code: 96.0%. The same network in torch: 95.5%." in said
    assert data["training"]["picture"] == "out/training.png"
