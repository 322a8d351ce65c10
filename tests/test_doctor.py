"""The doctor tries things for real, says how it went, and knows what to do about the rest."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from autograder import doctor
from autograder.course.catalog import Catalog
from autograder.errors import IsolationError
from autograder.ledger.store import Ledger
from autograder.sandbox import custody
from autograder.sandbox.custody import SandboxError

_TINY = Path(__file__).parent / "tiny_course"


@pytest.fixture
def catalog(tmp_path, monkeypatch):
    """Give a copy of the tiny course, without a secret."""
    monkeypatch.delenv("TORCHGRADE_SECRET", raising=False)
    shutil.copytree(_TINY, tmp_path / "course", ignore=shutil.ignore_patterns(".secret"))
    return Catalog(tmp_path / "course")


def _by_name(findings):
    return {finding.name: finding for finding in findings}


def test_every_part_of_grading_is_tried(catalog):
    """A worker is really caged, and its layers are those that it reports."""
    found = _by_name(doctor.examine(catalog))

    assert {"python", "torch", "isolation level", "cage layers", "cuda", "nbgrader"} <= set(found)
    assert found["python"].ok
    assert found["torch"].ok
    assert "rlimits" in found["cage layers"].detail
    assert found["course"].detail == f"{catalog.root}: 1 exercises, 1 with a hidden suite"
    assert found["course secret"].detail == "will be made at the first grading"


def test_looking_changes_nothing(catalog):
    """The secret is made when it is needed, not when somebody looks."""
    before = sorted(catalog.root.rglob("*"))

    doctor.examine(catalog)

    assert sorted(catalog.root.rglob("*")) == before


@pytest.mark.parametrize("error", [IsolationError("no cage here"), SandboxError("it broke")])
def test_a_cage_that_cannot_be_built_is_a_finding(catalog, monkeypatch, error):
    """The rest is examined all the same."""

    def refuse():
        raise error

    monkeypatch.setattr(doctor, "ForkServer", refuse)

    found = _by_name(doctor.examine(catalog))

    assert not found["cage"].ok
    assert found["cage"].detail == str(error)
    assert found["cage"].remedy
    assert found["course"].ok


def test_what_does_not_work_has_a_remedy_or_needs_none(catalog):
    """A person reads what to do, where something can be done."""
    for finding in doctor.examine(catalog):
        assert finding.ok or finding.remedy or finding.name == "cgroup", finding


def test_where_the_secret_comes_from_is_said_and_never_what_it_is(catalog, monkeypatch):
    """From the environment, from the course, or not needed."""
    path = catalog.root / "solutions/.secret"
    path.write_bytes(b"top secret")
    assert doctor._secret(catalog).detail == str(path)

    monkeypatch.setenv("TORCHGRADE_SECRET", "top secret")
    assert doctor._secret(catalog).detail == "from TORCHGRADE_SECRET"

    monkeypatch.delenv("TORCHGRADE_SECRET")
    shutil.rmtree(catalog.root / "solutions")
    assert doctor._secret(catalog).detail == "not needed: no hidden suite here"


def _ledger(catalog):
    (found,) = doctor._ledger(catalog)
    return found


def test_the_ledger_is_looked_at_where_classes_are_graded(catalog, monkeypatch, tmp_path):
    """Looking makes none; one that is there is opened and counted, and a broken one is said."""
    path = tmp_path / "ledger.sqlite"
    monkeypatch.setenv("TORCHGRADE_LEDGER", str(path))
    assert _ledger(catalog).detail == "none yet; the first 'grade class' makes it"
    assert not path.exists()

    Ledger(str(path)).close()
    assert _ledger(catalog).detail == f"{path}: 0 submissions, 0 without a report that counts"

    path.write_bytes(b"no database at all")
    assert not _ledger(catalog).ok
    assert "cannot be used" in _ledger(catalog).detail


def test_a_course_without_exercises_is_not_well(tmp_path):
    """An empty folder is no course to teach from."""
    (tmp_path / "assignments").mkdir()

    assert not doctor._course(Catalog(tmp_path)).ok


@pytest.mark.parametrize(
    "case",
    [
        ("full", 0, 0o755, None),
        ("container", 0, 0o755, False),
        ("container", 0, 0o700, True),
        ("container", 1000, 0o700, False),
    ],
)
def test_who_can_see_hidden_files_is_said(catalog, monkeypatch, case):
    """At `container` only another user, and a private folder, hide names and sizes."""
    level, uid, mode, hidden = case
    (catalog.root / "solutions").chmod(mode)
    monkeypatch.setattr(doctor.os, "geteuid", lambda: uid)
    cage = (doctor.Finding(name="isolation level", ok=True, detail=level),)
    others_pass = all(p.stat().st_mode & 0o001 for p in catalog.root.parents)

    found = list(doctor._hidden_files(catalog, cage))

    if hidden is None:
        assert found == []
    elif others_pass or hidden or uid:
        assert [finding.ok for finding in found] == [hidden]
        assert bool(found[0].remedy) is not hidden


def test_what_an_old_landlock_lacks_is_a_finding(catalog, monkeypatch):
    """Each absence has its line, and says what to do."""
    start = custody._START.replace(
        "forkserver.main(",
        "from autograder.sandbox import landlock\nlandlock.abi = lambda: 3\nforkserver.main(",
    )
    monkeypatch.setattr(custody, "_START", start)

    found = _by_name(doctor.examine(catalog))

    assert "landlock truncate" not in found
    for name in ("landlock tcp", "landlock ioctl", "landlock scopes"):
        assert "version 3 of Landlock" in found[name].detail
        assert found[name].remedy
