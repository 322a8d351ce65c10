"""Torch without its compiler: nothing that torch can do is missing, and the common things stay quick."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[2]
_BEGIN = f"""
import sys
sys.path.insert(0, {str(_ROOT)!r})
import torch
from autograder.sandbox.lean_torch import leave_compiler_out
leave_compiler_out()
weight = torch.nn.Parameter(torch.ones(2))
"""
_QUICK = """
torch.optim.SGD([weight], 0.1).step()
torch.func.grad(lambda x: (x * x).sum())(torch.ones(2))
torch.vmap(lambda x: x * 2)(torch.ones(2, 3))
assert "torch._dynamo.config" not in sys.modules
"""
_REAL = {
    "deterministic algorithms": "torch.use_deterministic_algorithms(True)",
    "checkpointing": "from torch.utils.checkpoint import checkpoint\n"
    "checkpoint(lambda x: x * 2, weight, use_reentrant=False).sum().backward()",
    "a module of the compiler": "import torch._dynamo.config as config\n"
    "assert torch._dynamo.config is config is sys.modules['torch._dynamo.config']\n"
    "assert config.__spec__.origin.endswith('_dynamo/config.py')",
    "control flow": "torch.cond(torch.tensor(True), lambda x: x + 1, lambda x: x - 1, (weight,))",
}


def _run(code: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _BEGIN + code],
        capture_output=True,
        text=True,
        check=False,
    )

    assert not ended.returncode, ended.stderr[-2000:]


def test_common_work_does_without_the_compiler() -> None:
    """An optimizer, `torch.func` and `vmap` work while it is left out."""
    _run(_QUICK)


@pytest.mark.slow
@pytest.mark.parametrize("use", _REAL)
def test_what_needs_the_compiler_gets_it(use: str) -> None:
    """The real one is imported, once, where its place-holder cannot do."""
    _run(_REAL[use])
