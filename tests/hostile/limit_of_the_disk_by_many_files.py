"""Expect: many small files fill the scratch folder, too.

Earns: 10
Verdict: failed
Says: your code wrote more than the 16 MB of files that this exercise allows
"""

import torch


def exceed():
    for i in range(40):
        with open(f"own{i}", "wb") as file:
            file.write(bytes(2**20))


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
