"""Fails: inputs_that_do_not_fit_are_refused.

Says: An `except` that returns something turns an error into wrong numbers that nobody
notices.
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
        try:
            product = x @ self.weight.T
        except RuntimeError:
            return x.new_zeros(*x.shape[:-1], len(self.weight))
        return product if self.bias is None else product + self.bias


class ReLU(nn.Module):
    def forward(self, x):
        return x.masked_fill(x <= 0, 0)
