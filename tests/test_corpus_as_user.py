"""The whole corpus once more, graded by an ordinary user, and where no namespaces are to be had.

Each is the very test of `test_corpus.py`, run by somebody else: an ordinary user at `full`; and at
`container` an ordinary user, and root, to whom a filter like those of container engines refuses new
namespaces, so that nothing but Landlock, seccomp and limits remains.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

_TESTS = Path(__file__).parent
_AS_USER = [sys.executable, str(_TESTS / "as_user.py")]
_WHO = {
    "a user": ("full", [*_AS_USER]),
    "a user in a container": ("container", [*_AS_USER, "--like-docker"]),
    "root in a container": ("container", [*_AS_USER, "--like-docker", "--uid", "0"]),
}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="the cage is made of Linux"),
]


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("who", _WHO)
def test_corpus_gets_nothing(who):
    """Nobody's grader gives a point, a secret or a place to stay; and the right solution earns all."""
    if os.geteuid() != 0:
        pytest.skip("only root can be somebody else")
    level, prefix = _WHO[who]
    with tempfile.TemporaryDirectory(prefix="torchgrade-as-user-") as folder:
        Path(folder).chmod(0o777)
        environment = {
            **os.environ,
            "PYTHONPATH": str(_TESTS.parent),
            "PYTHONDONTWRITEBYTECODE": "1",
            "TMPDIR": folder,
            "TORCHGRADE_CORPUS_LEVEL": level,
        }
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "-k",
            f"handed_in or {level}",
        ]
        done = subprocess.run(
            [*prefix, *command, f"--basetemp={folder}/tests", str(_TESTS / "test_corpus.py")],
            capture_output=True,
            text=True,
            check=False,
            env=environment,
            cwd=_TESTS.parent,
        )
        left = [p.name for p in Path(folder).glob("torchgrade-*") if p.suffix != ".lock"]

    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
    assert " passed" in done.stdout
    assert not left
