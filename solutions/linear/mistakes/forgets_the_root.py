"""Fails: weights_begin_evenly_within_the_bound, bias_begins_evenly_within_the_bound.

Says: 1/n_in is too small: random products cancel out, so their sum only grows with the
root of n_in.
"""

import torch
from torch import nn


class Linear(nn.Module):
    def __init__(self, n_in, n_out, bias=True):
        super().__init__()
        bound = 1 / n_in
        self.weight = nn.Parameter(torch.empty(n_out, n_in).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.empty(n_out).uniform_(-bound, bound)) if bias else None

    def forward(self, x):
        product = x @ self.weight.T
        return product if self.bias is None else product + self.bias


class ReLU(nn.Module):
    def forward(self, x):
        return x.masked_fill(x <= 0, 0)
