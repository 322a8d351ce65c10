"""Fails: relu_does_little_work.

Says: One operation handles all elements at once; a loop in Python asks torch once for
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
        product = x @ self.weight.T
        return product if self.bias is None else product + self.bias


class ReLU(nn.Module):
    def forward(self, x):
        if not x.numel():
            return x.clone()
        pieces = [e.masked_fill(e <= 0, 0) for e in x.reshape(-1)]
        return torch.stack(pieces).reshape(x.shape)
