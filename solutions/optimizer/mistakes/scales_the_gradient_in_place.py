"""Fails: step_leaves_gradients_alone.

Says: You multiply `p.grad` itself by the learning rate, so whoever reads it after the step
finds another gradient. Leave it as you found it.
"""

import torch


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    @torch.no_grad()
    def step(self):
        for p in self.params:
            if p.grad is not None:
                p.grad *= self.lr
                p.sub_(p.grad)

    def zero_grad(self):
        for p in self.params:
            p.grad = None
