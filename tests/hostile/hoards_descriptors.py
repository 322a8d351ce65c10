"""Expect: descriptors run out.

Earns: 0
"""

import os


def attack():
    while True:
        os.open("/dev/null", os.O_RDONLY)


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        attack()

    def zero_grad(self):
        attack()
