"""Fails: one_step_matches.

Says: You put new parameters into your own list, but the model holds the old ones. Keep each
tensor and change its values.
"""

import torch


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        for i, p in enumerate(self.params):
            if p.grad is not None:
                self.params[i] = torch.nn.Parameter(p.detach() - self.lr * p.grad)

    def zero_grad(self):
        for p in self.params:
            p.grad = None
