"""Expect: what is not a number is close to none.

Earns: 0
"""

import torch


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        [p.data.fill_(float("nan")) for p in self.params]

    def zero_grad(self):
        [p.grad.fill_(float("nan")) for p in self.params]
