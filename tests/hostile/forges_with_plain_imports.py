"""Attack: imports pytest, autograder and atexit, as anybody would, to skip its tests and to rewrite the report.

Exercise: optimizer
Earns: 0
Stopped by: static policy; guarded import; address space
Levels: full, container
"""

import atexit
import os

import pytest

import autograder.judging.plugin as plugin
from autograder.results.verdict import Verdict

plugin._verdict = lambda found, *_: found.report(Verdict.PASSED)
atexit.register(os._exit, 0)


class Optimizer:
    def __init__(self, params, lr):
        pytest.skip("passed", allow_module_level=True)

    def step(self):
        pass

    def zero_grad(self):
        pytest.exit("passed", returncode=0)
