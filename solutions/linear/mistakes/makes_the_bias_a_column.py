"""Fails: weight_and_bias_are_parameters.

Says: The bias has one dimension. As a column it is added along the rows of the batch, not
along the outputs.
"""

import torch
from torch import nn


class Linear(nn.Module):
    def __init__(self, n_in, n_out, bias=True):
        super().__init__()
        bound = n_in**-0.5
        self.weight = nn.Parameter(torch.empty(n_out, n_in).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.empty(n_out, 1).uniform_(-bound, bound)) if bias else None

    def forward(self, x):
        product = x @ self.weight.T
        return product if self.bias is None else product + self.bias.T


class ReLU(nn.Module):
    def forward(self, x):
        return x.masked_fill(x <= 0, 0)
