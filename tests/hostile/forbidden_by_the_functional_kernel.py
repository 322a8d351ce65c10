"""Expect: the kernel that returns new tensors is dead, too.

Earns: 0
Verdict: forbidden
Says: _fused_sgd_' is what this exercise rebuilds
Needs: guard
"""

import torch

kernel = vars(torch)["ops"].aten._fused_sgd.default


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr
        self.step()

    def step(self):
        ps = [p.detach() for p in self.params if p.grad is not None]
        kernel(
            ps or [torch.zeros(1)],
            [p.grad for p in self.params if p.grad is not None] or [torch.zeros(1)],
            [],
            weight_decay=0.0,
            momentum=0.0,
            lr=0.1 if isinstance(self.lr, str) else float(self.lr),
            dampening=0.0,
            nesterov=False,
            maximize=False,
            is_first_step=False,
        )

    def zero_grad(self):
        for p in self.params:
            p.grad = None
