"""Expect: inputs that are changed so that nothing is left to do are compared with those that were given.

Earns: 0
"""

import torch


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        [p.grad.zero_() for p in self.params if p.grad is not None]

    def zero_grad(self):
        [p.data.zero_() for p in self.params]
