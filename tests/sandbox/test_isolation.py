"""The whole cage, from inside: as root and as an ordinary user, at every level."""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from autograder.errors import IsolationError
from autograder.sandbox.isolation import Level

_HERE = Path(__file__).resolve()
_SPY = _HERE.with_name("spy.py")
_AS_USER = _HERE.parents[1] / "as_user.py"

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="the cage is made of Linux"),
    pytest.mark.slow,
]

_AS_SOMEBODY = {
    "ourselves": [],
    "a user": [sys.executable, str(_AS_USER)],
    "a user in a container": [sys.executable, str(_AS_USER), "--like-docker"],
    "root in a container": [sys.executable, str(_AS_USER), "--like-docker", "--uid", "0"],
}
_CAGED = [
    ("ourselves", "full"),
    ("ourselves", "container"),
    ("a user", "full"),
    ("a user in a container", "container"),
    ("root in a container", "container"),
]
_RANKS = ("none", "container", "full")
_UNCAGED = [("ourselves", "none"), ("a user", "none")]


def absent_layers(report: dict[str, Any]) -> list[str]:
    """Return the layers that are missing, but for what only newer versions of Landlock can do."""
    return [name for name in report["absent"] if not name.startswith("landlock ")]


@functools.cache
def spied(who: str, level: str | None) -> dict[str, Any]:
    """Return what a worker saw at *level*, or at the best that there is."""
    command = [*_AS_SOMEBODY[who], sys.executable, str(_SPY), *([level] if level else [])]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _spied_if_possible(who: str, level: str) -> dict[str, Any]:
    if who != "ourselves" and os.geteuid() != 0:
        pytest.skip("only root can try how it is to be somebody else")
    best = spied("ourselves", None)
    if _RANKS.index(level) > _RANKS.index(best["level"]):
        pytest.skip(f"this machine gives {best['level']!r} at best: {best['absent']}")
    if (who, level) == ("ourselves", best["level"]):
        return best
    # In a container nobody asks for a level: it must be found.
    report = spied(who, None if "container" in who else level)
    assert report["level"] == level, report["absent"]
    return report


@pytest.fixture(params=_CAGED, ids=" at ".join)
def report(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Give what a caged worker saw and could do."""
    return _spied_if_possible(*request.param)


@pytest.fixture(params=_CAGED + _UNCAGED, ids=" at ".join)
def any_report(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Give what a worker saw and could do, caged or not."""
    return _spied_if_possible(*request.param)


_REFUSALS = {
    "Operation not permitted",
    "Permission denied",
    "No such file or directory",
    "Read-only file system",
}


@pytest.mark.parametrize(
    "attempt",
    [
        "secret",
        "secret by its root",
        "secret by the judge",
        "homes",
        "users",
        "course",
        "solutions",
        "list of /",
        "processes",
        "environment of the judge",
        "memory of the judge",
    ],
)
def test_nothing_hidden_is_read(report: dict[str, Any], attempt: str) -> None:
    """A worker reads no file, folder or process that is not its own."""
    assert report["seen"][attempt] in _REFUSALS


@pytest.mark.parametrize(
    "attempt", ["write to /", "write to /tmp", "write to /dev/shm", "write to torch"]
)
def test_nothing_is_written_outside(report: dict[str, Any], attempt: str) -> None:
    """A worker changes nothing but its own folder."""
    assert report["seen"][attempt] in _REFUSALS


@pytest.mark.parametrize(
    "attempt",
    [
        "socket",
        "local sockets",
        "connect",
        "fork",
        "execute",
        "is the judge there",
        "signal to the parent",
        "trace the judge",
        "new namespace",
        "become root",
    ],
)
def test_nothing_is_done_to_others(report: dict[str, Any], attempt: str) -> None:
    """A worker reaches no network, starts no process, signals and traces nobody."""
    assert report["seen"][attempt] == "Operation not permitted"


def test_mounts_and_limits_stay_as_they_are(report: dict[str, Any]) -> None:
    """A worker mounts nothing and raises no limit."""
    assert report["seen"]["mount"] == "-1"
    assert report["seen"]["raise a limit"] == "ValueError"


def test_no_capability_is_left(report: dict[str, Any]) -> None:
    """Inherited, permitted, effective and ambient capabilities are gone, and none comes back."""
    inherited, permitted, effective, _, ambient = report["seen"]["capabilities"]

    assert {int(c, 16) for c in (inherited, permitted, effective, ambient)} == {0}
    assert report["seen"]["no new privileges"] == ["1"]


def test_nothing_secret_is_handed_over(any_report: dict[str, Any]) -> None:
    """Environment, descriptors and arguments of a worker hold nothing of the judge's."""
    seen = any_report["seen"]

    assert seen["descriptors"] == [0, 1, 2, 3, 4]  # the last is the listing itself
    assert "canary" not in json.dumps(seen)
    assert set(seen["environment"]) <= {
        "PYTORCH_NVML_BASED_CUDA_CHECK",
        "TORCHINDUCTOR_CACHE_DIR",
        "PATH",
        "LANG",
        "HOME",
        "LC_CTYPE",
        "OMP_NUM_THREADS",
        "MKL_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "PYTHONDONTWRITEBYTECODE",
        "TMPDIR",
    }


def test_torch_and_threads_work_inside(any_report: dict[str, Any]) -> None:
    """Torch, autograd, lazy imports, threads and the own folder work at every level."""
    assert any_report["seen"]["work"] == "(True, [0, 1, 2, 3])"
    assert any_report["seen"]["write here"] == "'mine'"


def test_files_and_memory_are_bounded(any_report: dict[str, Any]) -> None:
    """A file grows no larger than the own folder may be, and memory ends."""
    assert any_report["seen"]["big file"] in ("No space left on device", "File too large")
    assert any_report["seen"]["memory"] == "MemoryError"


def test_nothing_is_left_behind(any_report: dict[str, Any]) -> None:
    """When a fork server has ended, the folders that it made are gone."""
    assert any_report["left"] == []


@pytest.mark.parametrize("who", ["ourselves", "a user"])
def test_full_has_every_layer(who: str) -> None:
    """At level full every layer is in force and none is absent."""
    report = _spied_if_possible(who, "full")

    assert absent_layers(report) == []
    assert set(report["layers"]) == {
        "userns",
        "pidns",
        "mountns",
        "netns",
        "ipcns",
        "utsns",
        "rlimits",
        "landlock",
        "seccomp",
    }


@pytest.mark.parametrize("who", ["ourselves", "a user"])
def test_full_is_a_world_of_its_own(who: str) -> None:
    """At level full a worker is the first process, and its folder as a whole has a size."""
    seen = _spied_if_possible(who, "full")["seen"]

    assert (seen["pid"], seen["uid"]) == (1, 1000)
    assert seen["scratch"] == "/torchgrade-scratch"
    assert seen["big files"] == seen["many files"] == "No space left on device"
    assert seen["secret"] == seen["users"] == seen["solutions"] == "No such file or directory"


@pytest.mark.parametrize("who", ["a user in a container", "root in a container"])
def test_a_container_has_what_needs_no_namespaces(who: str) -> None:
    """Where namespaces are refused the other layers hold, and the report says what is absent."""
    report = _spied_if_possible(who, "container")

    assert report["layers"] == ["rlimits", "landlock", "seccomp"]
    assert absent_layers(report) == ["namespaces"]
    assert "refuses them" in report["absent"]["namespaces"]


@pytest.mark.skipif(os.geteuid() != 0, reason="about what root gives up")
@pytest.mark.parametrize(
    ("who", "level"), [("ourselves", "full"), ("root in a container", "container")]
)
def test_root_is_nobody_outside(who: str, level: str) -> None:
    """A worker that root started has an id outside that owns nothing."""
    assert _spied_if_possible(who, level)["uid outside"] >= 100_000


@pytest.mark.skipif(os.geteuid() != 0, reason="about what root cannot give up")
def test_root_that_must_stay_root_is_reported() -> None:
    """Without namespaces, and with a Python that is root's alone, the report names the gap."""
    report = _spied_if_possible("ourselves", "container")

    stays = report["uid outside"] == 0
    assert stays == ("user" in report["absent"])


@pytest.mark.parametrize("who", ["ourselves", "a user"])
def test_none_says_what_is_absent(who: str) -> None:
    """At level none only the limits are in force, and the report says so."""
    report = _spied_if_possible(who, "none")

    assert report["layers"] == ["rlimits"]
    assert set(report["absent"]) == {"namespaces", "landlock", "seccomp"}


def test_a_level_that_is_not_to_be_had_is_refused() -> None:
    """Whoever asks for `full` where namespaces are refused gets a sentence, not less."""
    if os.geteuid() != 0:
        pytest.skip("only root can try how it is to be somebody else")
    command = [*_AS_SOMEBODY["a user in a container"], sys.executable, str(_SPY), "full"]

    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)

    assert done.returncode != 0
    last = done.stderr.splitlines()[-1]
    assert IsolationError.__name__ in last
    assert "level full is not to be had here (namespaces: this kernel or container" in last


def test_levels_are_spelt_as_in_reports() -> None:
    """The words of the levels are part of the report's format."""
    assert [level.value for level in Level] == ["full", "container", "none"]
