"""Expect: `SystemExit`, also from handlers at the end, ends no judge.

Earns: 0
"""

import atexit
import os
import sys

atexit.register(os._exit, 0)


def attack():
    sys.exit(0)


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        attack()

    def zero_grad(self):
        attack()
