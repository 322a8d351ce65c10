"""Fails: any_iterable_of_parameters_works, zero_grad_works_every_time,
training_matches_torch.

Says: A generator can be read once: your first step uses it up, and every later call finds
no parameters. Keep a list.
"""

import torch


class Optimizer:
    def __init__(self, params, lr):
        self.params = params
        self.lr = lr

    @torch.no_grad()
    def step(self):
        for p in self.params:
            if p.grad is not None:
                p.sub_(self.lr * p.grad)

    def zero_grad(self):
        for p in self.params:
            p.grad = None
