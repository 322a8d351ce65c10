"""Expect: honest code with a thread that never ends earns what is right, and the thread is gone.

Earns: 50
"""

import threading
import time

import torch


def linger():
    while True:
        time.sleep(0.01)


threading.Thread(target=linger).start()


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    @torch.no_grad()
    def step(self):
        for p in self.params:
            if p.grad is not None:
                p.sub_(self.lr * p.grad)

    def zero_grad(self):
        for p in self.params:
            p.grad = None
