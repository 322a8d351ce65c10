"""Fails: weights_begin_evenly_within_the_bound, bias_begins_evenly_within_the_bound.

Says: `torch.rand` is never negative; a layer needs weights on both sides of 0.
"""

import torch
from torch import nn


class Linear(nn.Module):
    def __init__(self, n_in, n_out, bias=True):
        super().__init__()
        bound = n_in**-0.5
        self.weight = nn.Parameter(torch.rand(n_out, n_in) * bound)
        self.bias = nn.Parameter(torch.rand(n_out) * bound) if bias else None

    def forward(self, x):
        product = x @ self.weight.T
        return product if self.bias is None else product + self.bias


class ReLU(nn.Module):
    def forward(self, x):
        return x.masked_fill(x <= 0, 0)
