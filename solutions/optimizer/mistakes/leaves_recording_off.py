"""Fails: recording_stays_as_it_was, recording_survives_an_error, training_matches_torch.

Says: You switch recording off for the whole program and leave it so: the next forward pass
records nothing. Switch it off for the update only.
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

    def zero_grad(self):
        for p in self.params:
            p.grad = None
