"""Fails: parameters_without_gradient_are_skipped, step_without_any_gradient_does_nothing,
fifty_steps_match_torch, training_matches_torch,
frozen_parameter_with_a_gradient_matches_torch.

Says: You ask whether a parameter may get a gradient; what counts is whether it has one.
Look at `p.grad`.
"""

import torch


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    @torch.no_grad()
    def step(self):
        for p in self.params:
            if p.requires_grad:
                p.sub_(self.lr * p.grad)

    def zero_grad(self):
        for p in self.params:
            p.grad = None
