"""Fails: weights_begin_evenly_within_the_bound, bias_begins_evenly_within_the_bound.

Says: The size is right, but a normal has tails beyond the bound; these numbers are drawn
evenly.
"""

import torch
from torch import nn


class Linear(nn.Module):
    def __init__(self, n_in, n_out, bias=True):
        super().__init__()
        bound = n_in**-0.5
        self.weight = nn.Parameter(torch.randn(n_out, n_in) * bound / 3**0.5)
        self.bias = nn.Parameter(torch.randn(n_out) * bound / 3**0.5) if bias else None

    def forward(self, x):
        product = x @ self.weight.T
        return product if self.bias is None else product + self.bias


class ReLU(nn.Module):
    def forward(self, x):
        return x.masked_fill(x <= 0, 0)
