"""Expect: the fused kernel is dead by its name in the C module.

Earns: 10
Verdict: forbidden
Says: _fused_sgd_' is what this exercise rebuilds
Needs: guard
"""

import torch

kernel = vars(torch)["_C"]._VariableFunctions._fused_sgd_


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    @torch.no_grad()
    def step(self):
        for p in self.params:
            if p.grad is not None:
                kernel(
                    [p],
                    [p.grad],
                    [],
                    weight_decay=0.0,
                    momentum=0.0,
                    lr=float(self.lr),
                    dampening=0.0,
                    nesterov=False,
                    maximize=False,
                    is_first_step=False,
                )

    def zero_grad(self):
        for p in self.params:
            p.grad = None
