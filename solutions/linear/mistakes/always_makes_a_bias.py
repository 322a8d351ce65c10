"""Fails: without_bias_there_is_one_parameter.

Says: With bias=False there is no second parameter, not even one that is not used.
"""

import torch
from torch import nn


class Linear(nn.Module):
    def __init__(self, n_in, n_out, bias=True):
        super().__init__()
        bound = n_in**-0.5
        self.weight = nn.Parameter(torch.empty(n_out, n_in).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.empty(n_out).uniform_(-bound, bound))
        self.has_bias = bias

    def forward(self, x):
        product = x @ self.weight.T
        return product + self.bias if self.has_bias else product


class ReLU(nn.Module):
    def forward(self, x):
        return x.masked_fill(x <= 0, 0)
