"""Expect: a process that ends with the code of our own trouble earns nothing.

Earns: 0
"""

import os


def attack():
    os._exit(70)


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        attack()

    def zero_grad(self):
        attack()
