"""Expect: whoever hangs up is found out at once.

Earns: 0
"""

import os
import time


def attack():
    os.closerange(0, 256)
    time.sleep(600)


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        attack()

    def zero_grad(self):
        attack()
