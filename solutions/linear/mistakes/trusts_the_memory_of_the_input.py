"""Fails: strided_inputs_work.

Says: `as_strided` looks at memory as if x lay there in order. Ask x for its elements, not
for its memory.
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
        n = self.weight.shape[1]
        if x.dim() == 2 and x.shape[1] == n and x.is_contiguous() is False:
            x = x.as_strided(x.shape, (n, 1))
        product = x @ self.weight.T
        return product if self.bias is None else product + self.bias


class ReLU(nn.Module):
    def forward(self, x):
        return x.masked_fill(x <= 0, 0)
