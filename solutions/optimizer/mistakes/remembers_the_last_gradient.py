"""Fails: changed_rate_takes_effect, any_iterable_of_parameters_works,
fifty_steps_match_torch, training_matches_torch, sparse_gradient_matches_torch,
rate_as_a_tensor_matches_torch.

Says: Your second step still contains a part of the first gradient. That is momentum, a
later exercise; here each step uses its own gradient only.
"""

import torch


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr
        self.velocity = {}

    @torch.no_grad()
    def step(self):
        for i, p in enumerate(self.params):
            if p.grad is not None:
                self.velocity[i] = 0.9 * self.velocity.get(i, 0.0) + p.grad
                p.sub_(self.lr * self.velocity[i])

    def zero_grad(self):
        for p in self.params:
            p.grad = None
