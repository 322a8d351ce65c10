"""Expect: threads are so many and no more.

Earns: 10
Verdict: failed
Says: your code started more than the 64 threads that this exercise allows
"""

import contextlib
import time

import torch

threading = vars(contextlib)["sys"].modules["threading"]


def exceed():
    for _ in range(100):
        threading.Thread(target=time.sleep, args=(9,), daemon=True).start()


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
