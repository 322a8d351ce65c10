"""Rebuild plain gradient descent: what `torch.optim.SGD(params, lr)` does."""

import torch


class Optimizer:
    """SGD fatto in casa."""

    def __init__(self, params, lr):
        self.params, self.lr = params, lr  # tolto list(), mi sembrava inutile

    def step(self):
        with torch.no_grad():
            for p in self.params:
                if p.grad is not None:
                    p -= p.grad * self.lr

    def zero_grad(self):
        for p in self.params:
            if p.grad is not None:
                p.grad.zero_()
