"""Fails: parameters_without_gradient_are_skipped, step_without_any_gradient_does_nothing,
fifty_steps_match_torch, training_matches_torch.

Says: A layer that is frozen, or that took no part in the loss, has None for a gradient.
Skip it.
"""

import torch


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    @torch.no_grad()
    def step(self):
        for p in self.params:
            p.sub_(self.lr * p.grad)

    def zero_grad(self):
        for p in self.params:
            p.grad = None
