"""The autograder of torchgrade: it cannot be fooled, it is never unfair, it teaches."""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"
__all__ = ["__version__", "load_ipython_extension"]


def load_ipython_extension(shell: Any) -> None:
    """Give a notebook `%grade` and `%%exercise`; IPython calls this at `%load_ext autograder`."""
    # By name: every module imports this one first, and imports point one way.
    magics = importlib.import_module("autograder.integrations.magics")
    shell.register_magics(magics.GradeMagics)
