"""Fails: zero_grad_clears_every_gradient.

Says: A `return` inside the loop ends `zero_grad` after the first parameter, and the
gradients of the others keep adding up. Let the loop reach its end.
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
                p.sub_(self.lr * p.grad)

    def zero_grad(self):
        for p in self.params:
            p.grad = None
            return
