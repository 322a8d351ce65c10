"""Fails: relu_passes_no_gradient_at_zero.

Says: Where both are equal, `maximum` gives each one half of the gradient; the slope of
ReLU at 0 is 0.
"""

import torch
from torch import nn


class Linear(nn.Module):
    def __init__(self, n_in, n_out, bias=True):
        super().__init__()
        bound = n_in**-0.5
        self.weight = nn.Parameter(torch.empty(n_out, n_in).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.empty(n_out).uniform_(-bound, bound)) if bias else None

    def forward(self, x):
        product = x @ self.weight.T
        return product if self.bias is None else product + self.bias


class ReLU(nn.Module):
    def forward(self, x):
        return torch.maximum(x, torch.zeros_like(x))
