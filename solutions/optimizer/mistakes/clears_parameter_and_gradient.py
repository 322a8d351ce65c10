"""Fails: zero_grad_leaves_parameters_alone, training_matches_torch.

Says: You clear the gradients, but the weights with them: the model forgets all that it
learned. Leave the parameters as they are.
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
            p.grad = None
