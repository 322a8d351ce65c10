"""Fails: leading_dimensions_are_kept.

Says: `-1` cannot be worked out where there is no row at all; give the sizes that you
know.
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
        rows = x.reshape(-1, x.shape[-1])
        product = rows @ self.weight.T
        y = product if self.bias is None else product + self.bias
        return y.reshape(*x.shape[:-1], -1)


class ReLU(nn.Module):
    def forward(self, x):
        return x.masked_fill(x <= 0, 0)
