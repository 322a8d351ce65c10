"""Expect: memory ends, and the next worker has all of it.

Earns: 0
"""

import torch

HOARD = []


def attack():
    while True:
        HOARD.append(torch.ones(2**22))


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        attack()

    def zero_grad(self):
        attack()
