"""Expect: no program is run.

Earns: 0
Verdict: forbidden
Says: 'subprocess.Popen' reaches into
Needs: guard
"""

import contextlib

sys = vars(contextlib)["sys"]


def torchs_own(params, lr):
    subprocess = sys.modules["importlib"].import_module("subprocess")
    return subprocess.run(["/bin/true"])


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr
        self.inner = torchs_own(self.params, lr)

    def step(self):
        self.inner.step()

    def zero_grad(self):
        self.inner.zero_grad()
