"""Fails: backward_after_zero_grad_starts_afresh, training_matches_torch.

Says: Tensors made in inference mode can never take part in autograd again, so backward
cannot add to your zeros. Make them outside, or use None.
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

    @torch.inference_mode()
    def zero_grad(self):
        for p in self.params:
            p.grad = torch.zeros_like(p)
