"""Expect: the scratch folder holds so much and no more.

Earns: 10
Verdict: failed
Says: your code wrote more than the 16 MB of files that this exercise allows
"""

import torch


def exceed():
    with open("own", "wb") as file:
        file.write(bytes(20 * 2**20))


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
