"""Expect: no frame of the judge is below ours, and no object of it is ours to collect.

Earns: 0
"""

import gc
import sys


def attack():
    frame = sys._getframe()
    while frame:
        for name, value in list(frame.f_locals.items()):
            if name in ("expected", "tolerance", "seed", "solution", "torch_impl", "case", "job"):
                print(name, value)
        frame = frame.f_back
    for thing in gc.get_objects():
        if type(thing).__name__ in ("Check", "CheckItem", "CaseFile", "Job", "Local"):
            print(thing)


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        attack()

    def zero_grad(self):
        attack()
