"""A process that will be forked often is made ready for it, and loses nothing."""

from __future__ import annotations

import subprocess
import sys

import pytest

_SETTLE = """
import gc, re
from pathlib import Path
from autograder.sandbox.forking import settle

def huge():
    said = Path("/proc/self/smaps_rollup").read_text()
    return int(re.search(r"AnonHugePages: +([0-9]+) kB", said)[1])

kept = [bytearray(b"kept") * 2**20 for _ in range(16)]
before = huge()
settle()
assert all(each == b"kept" * 2**20 for each in kept)
assert gc.get_freeze_count() > 1000
print(huge() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux gathers pages")
def test_settling_gathers_memory_in_huge_pages():
    """What was written stays, and most of it lies in huge pages after."""
    run = subprocess.run(
        [sys.executable, "-c", _SETTLE], capture_output=True, text=True, check=False
    )

    assert not run.returncode, run.stderr
    if not int(run.stdout):
        pytest.skip("this kernel gathers no pages (Linux 6.1 does)")
    assert int(run.stdout) > 32 * 1024
