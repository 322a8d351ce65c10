"""Fails: linear_does_little_work.

Says: One matrix product handles all rows at once; a loop in Python asks torch once for
each.
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
        rows = x.reshape(x[..., 0].numel(), x.shape[-1])
        outputs = [row @ self.weight.T for row in rows]
        n_out = len(self.weight)
        product = torch.stack(outputs) if outputs else rows @ self.weight.T
        product = product.reshape(*x.shape[:-1], n_out)
        return product if self.bias is None else product + self.bias


class ReLU(nn.Module):
    def forward(self, x):
        return x.masked_fill(x <= 0, 0)
