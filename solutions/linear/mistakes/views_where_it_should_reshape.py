"""Fails: strided_inputs_work.

Says: `view` needs the numbers to lie in order; `reshape` copies where they do not.
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
        rows = x.view(x[..., 0].numel(), x.shape[-1])
        product = rows @ self.weight.T
        y = product if self.bias is None else product + self.bias
        return y.view(*x.shape[:-1], len(self.weight))


class ReLU(nn.Module):
    def forward(self, x):
        return x.masked_fill(x <= 0, 0)
