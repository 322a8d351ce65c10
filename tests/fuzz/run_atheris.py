"""Fuzz what reads an enemy's bytes, guided by coverage: `python tests/fuzz/run_atheris.py TARGET`.

    pip install atheris
    python tests/fuzz/run_atheris.py value -max_total_time=60

Targets: message, value, archive, worker; options are those of libFuzzer. Ends with a traceback and the
input that led to it where something is found. atheris is no dependency of this project;
the same targets are driven by Hypothesis in `tests/test_fuzz.py`.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

import atheris  # type: ignore[import-not-found]
import torch

torch.set_num_threads(1)
with atheris.instrument_imports(include=["autograder", "zipfile", "tarfile", "safetensors"]):
    from targets import SEEDS, TARGETS


def main() -> None:
    """Start from valid inputs, and go on until told to stop."""
    name, options = sys.argv[1], sys.argv[2:]
    seeds = Path(tempfile.mkdtemp(prefix=f"torchgrade-fuzz-{name}-"))
    for i, seed in enumerate(SEEDS[name]()):
        (seeds / str(i)).write_bytes(seed)
    atheris.Setup([sys.argv[0], *options, str(seeds)], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
