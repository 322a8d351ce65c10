"""Expect: waiting without an end is out of time, too.

Earns: 0
"""

import time


def attack():
    time.sleep(10**6)


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        attack()

    def zero_grad(self):
        attack()
