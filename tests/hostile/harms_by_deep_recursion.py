"""Attack: recurses until C's stack overflows, with Python's own limit taken away.

Exercise: optimizer
Earns: 0
Stopped by: address space (only its own process dies)
Levels: full, container
"""

import random

_os = getattr(random, bytes((95, 111, 115)).decode())
sys = getattr(_os, "s" + "ys")


class Deep:
    def __getattr__(self, name):
        return getattr(self, name + "x")

    def __repr__(self):
        return repr([self])


def fall():
    sys.setrecursionlimit(2**31 - 1)
    nested = []
    for _ in range(10**6):
        nested = [nested]
    repr(nested)
    nested == [nested]


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        fall()

    def zero_grad(self):
        pass
