"""Fails: training_matches_torch.

Says: After a step the weight is the same object with other numbers, so a copy that you
made of it is stale; read the weight at every call.
"""

import torch
from torch import nn


class Linear(nn.Module):
    def __init__(self, n_in, n_out, bias=True):
        super().__init__()
        bound = n_in**-0.5
        self.weight = nn.Parameter(torch.empty(n_out, n_in).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.empty(n_out).uniform_(-bound, bound)) if bias else None
        self.turned = None
        self.of = None

    def forward(self, x):
        if self.of != id(self.weight):
            self.turned = self.weight.T.contiguous()
            self.of = id(self.weight)
        product = x @ self.turned
        return product if self.bias is None else product + self.bias


class ReLU(nn.Module):
    def forward(self, x):
        return x.masked_fill(x <= 0, 0)
