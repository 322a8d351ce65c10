"""Expect: a crash is a failure, leaves no dump, and harms nobody.

Earns: 0
"""

import ctypes


def attack():
    ctypes.string_at(0)


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        attack()

    def zero_grad(self):
        attack()
