"""Expect: a stack without an end is a failure or the end of this process only.

Earns: 0
"""

import sys

sys.setrecursionlimit(10**9)


class Deep:
    def __repr__(self):
        return repr(Deep())


def attack():
    repr(Deep())


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        attack()

    def zero_grad(self):
        attack()
