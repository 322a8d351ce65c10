"""Fails: step_does_little_work.

Says: You copy all parameters and all gradients before each update, which costs as much
again as the update itself. Read them where they are.
"""

import copy

import torch


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    @torch.no_grad()
    def step(self):
        trainable = [p for p in self.params if p.grad is not None]
        old = copy.deepcopy(trainable)
        gradients = [p.grad.clone() for p in trainable]
        for p, value, gradient in zip(trainable, old, gradients, strict=True):
            p.copy_(value - self.lr * gradient)

    def zero_grad(self):
        for p in self.params:
            p.grad = None
