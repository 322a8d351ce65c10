"""Fails: nan_stays_in_its_parameter, fifty_steps_match_torch,
complex_parameter_matches_torch, sparse_gradient_matches_torch.

Says: You limit large gradients, which plain gradient descent does not. Clipping is the
training loop's choice.
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
                p.sub_(self.lr * p.grad.clamp(-10, 10))

    def zero_grad(self):
        for p in self.params:
            p.grad = None
