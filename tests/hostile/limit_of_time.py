"""Expect: a step takes so long and no longer.

Earns: 10
Verdict: timed_out
Says: no answer after
"""

import torch


def exceed():
    while True:
        pass


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    @torch.no_grad()
    def step(self):
        exceed()
        for p in self.params:
            if p.grad is not None:
                p.sub_(self.lr * p.grad)

    def zero_grad(self):
        for p in self.params:
            p.grad = None
