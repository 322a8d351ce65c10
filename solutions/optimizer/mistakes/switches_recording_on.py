"""Fails: recording_stays_as_it_was, recording_survives_an_error.

Says: You switch recording on at the end, although the caller may have had it off. Restore
what was there, even after an exception: a `with` does both.
"""

import torch


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        torch.set_grad_enabled(False)
        for p in self.params:
            if p.grad is not None:
                p.sub_(self.lr * p.grad)
        torch.set_grad_enabled(True)

    def zero_grad(self):
        for p in self.params:
            p.grad = None
