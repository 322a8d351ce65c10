"""Optimizer, third attempt (this one works!!)"""

import torch


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        params = [p for p in self.params if p.grad is not None]
        grads = [p.grad for p in params]
        if not params:
            return
        # saw this in the source of torch: one call for the whole list
        with torch.no_grad():
            torch._foreach_sub_(params, [g * self.lr for g in grads])

    def zero_grad(self):
        for p in self.params:
            p.grad = None
