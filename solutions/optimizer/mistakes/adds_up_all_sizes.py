"""Fails: step_keeps_up_with_torch.

Says: For every parameter you go through all parameters again, to know how far the step is. With
200 of them that is 40,000 turns of a loop for 200 updates; what never changes, like the number of
elements, can be counted once.
"""

import torch


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr
        self.progress = []

    @torch.no_grad()
    def step(self):
        self.progress = []
        done = 0
        for p in self.params:
            if p.grad is not None:
                p -= self.lr * p.grad
            done += p.numel()
            self.progress.append(done / max(1, sum(q.numel() for q in self.params)))

    def zero_grad(self):
        for p in self.params:
            p.grad = None
