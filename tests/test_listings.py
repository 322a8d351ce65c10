"""What staff and students ask of the machine is listed in words, and as data."""

from __future__ import annotations

import dataclasses
import json

import pytest


@dataclasses.dataclass
class _Audit:
    exercise: str
    draft: bool = False
    checks: int = 3
    mistakes: int = 10
    caught: int = 10
    told: int = 10
    spellings: int = 2
    accepted: int = 2
    points: float = 4.5
    minutes: tuple[int, int] = (5, 10)
    seconds: float = 12.4
    findings: tuple[str, ...] = ()
    to_fill: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        return not self.findings


@pytest.fixture
def audits(replace_module):
    """Give the audits to come; without a second they are sound."""
    known = {"doubler": _Audit("doubler")}

    def audit(_catalog, exercises, *, isolation, draws, progress):
        progress(0, 3, "adder: adder.py")
        assert isolation is None
        known["draws"] = draws
        return tuple(known.get(e.id, _Audit(e.id)) for e in exercises)

    replace_module("autograder.audit", audit=audit)
    return known


def test_inputs_are_drawn_as_often_as_is_asked(grade, audits):
    """Once, unless more is asked for."""
    grade("audit", "doubler")
    assert audits["draws"] == 1

    grade("audit", "doubler", "--draws", "12")
    assert audits["draws"] == 12


@pytest.mark.usefixtures("audits")
def test_a_sound_course_passes_its_audit(grade):
    """Without an id every exercise is audited."""
    result = grade("audit")

    assert result.exit_code == 0
    lines = [line.split() for line in result.stdout.splitlines()]
    assert lines[0] == [
        *("exercise", "checks", "mistakes", "caught", "told"),
        *("spellings", "points", "minutes", "seconds"),
    ]
    assert lines[1] == ["✓", "adder", "3", "10", "10", "10", "2", "4.5", "5-10", "12"]
    assert lines[3][1] == "halver"
    assert lines[4] == ["together", "9", "30", "30", "30", "6", "13.5", "15-30", "37"]
    assert len(lines) == 5
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_the_audit_says_what_is_too_few(grade, audits):
    """Of how many mistakes the sentence is told, and of how many spellings all is accepted."""
    audits["doubler"] = _Audit("doubler", caught=9, told=8, accepted=1, findings=("it is so",))

    cells = grade("audit", "doubler").stdout.splitlines()[1].split()

    assert cells[3:7] == ["10", "9/10", "8/10", "1/2"]


def test_the_audit_lists_what_a_draft_has_still_to_fill(grade, audits):
    """It is no finding."""
    audits["doubler"] = _Audit("doubler", draft=True, to_fill=("a.md, line 3: the goal",))

    result = grade("audit", "doubler")

    assert result.exit_code == 0
    assert "○ still to fill: a.md, line 3: the goal" in result.stdout


def test_an_unsound_exercise_fails_the_audit(grade, audits):
    """Each finding is said, and the exit code is 1."""
    audits["doubler"] = _Audit("doubler", findings=("no mistake fails 'sum'",))

    result = grade("audit", "doubler")
    data = json.loads(grade("audit", "doubler", "--json").stdout)

    assert result.exit_code == 1
    assert "✗ doubler" in result.stdout
    assert "\n\ndoubler\n✗ no mistake fails 'sum'\n" in result.stdout
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
