"""Fails: recording_survives_an_error.

Says: When the update raises an exception, your last line never runs and recording stays
off. A `with` restores it in any case.
"""

import torch


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        was_on = torch.is_grad_enabled()
        torch.set_grad_enabled(False)
        for p in self.params:
            if p.grad is not None:
                p.sub_(self.lr * p.grad)
        torch.set_grad_enabled(was_on)

    def zero_grad(self):
        for p in self.params:
            p.grad = None
