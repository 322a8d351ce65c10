"""Fails: weight_and_bias_are_parameters.

Says: Weights travel by name: call them `weight` and `bias`, or those of `nn.Linear`
cannot be loaded.
"""

import torch
from torch import nn


class Linear(nn.Module):
    def __init__(self, n_in, n_out, bias=True):
        super().__init__()
        bound = n_in**-0.5
        self.w = nn.Parameter(torch.empty(n_out, n_in).uniform_(-bound, bound))
        self.b = nn.Parameter(torch.empty(n_out).uniform_(-bound, bound)) if bias else None

    def forward(self, x):
        product = x @ self.w.T
        return product if self.b is None else product + self.b


class ReLU(nn.Module):
    def forward(self, x):
        return x.masked_fill(x <= 0, 0)
