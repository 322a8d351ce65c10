"""Attack: leaves threads that spin and hold the interpreter's lock while the next questions are asked.

Exercise: optimizer
Earns: 0
Stopped by: judge (deadline); the worker ends with its check
Levels: full, container
"""

import random

_os = getattr(random, bytes((95, 111, 115)).decode())
sys = getattr(_os, "s" + "ys")


def spin():
    while True:
        pass


def begin():
    sys.setswitchinterval(1000)
    for _ in range(4):
        sys.modules["_thread"].start_new_thread(spin, ())


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        begin()

    def zero_grad(self):
        pass
