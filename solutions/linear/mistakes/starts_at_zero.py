"""Fails: weights_begin_evenly_within_the_bound, bias_begins_evenly_within_the_bound,
two_layers_begin_differently.

Says: Where all weights are equal, all outputs get the same gradient, and stay equal for
ever. Start them at random.
"""

import torch
from torch import nn


class Linear(nn.Module):
    def __init__(self, n_in, n_out, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(n_out, n_in))
        self.bias = nn.Parameter(torch.zeros(n_out)) if bias else None

    def forward(self, x):
        product = x @ self.weight.T
        return product if self.bias is None else product + self.bias


class ReLU(nn.Module):
    def forward(self, x):
        return x.masked_fill(x <= 0, 0)
