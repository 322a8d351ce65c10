"""Fails: zero_grad_clears_every_gradient.

Says: You set the weights to zero and left the gradients. Clear `p.grad`, not p.
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

    @torch.no_grad()
    def zero_grad(self):
        for p in self.params:
            p.zero_()
