"""Expect: output is bounded, and the clock runs on.

Earns: 0
"""

import os


def attack():
    while True:
        os.write(1, b"passed " * 5000)


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        attack()

    def zero_grad(self):
        attack()
