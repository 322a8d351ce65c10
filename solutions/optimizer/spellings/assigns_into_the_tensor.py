"""Assigns to all elements, with recording switched off and back by hand."""

import torch


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        was_on = torch.is_grad_enabled()
        torch.set_grad_enabled(False)
        try:
            for p in self.params:
                if p.grad is not None:
                    p[...] = torch.sub(p, p.grad, alpha=self.lr)
        finally:
            torch.set_grad_enabled(was_on)

    def zero_grad(self):
        for p in self.params:
            if p.grad is not None:
                p.grad.fill_(0)
