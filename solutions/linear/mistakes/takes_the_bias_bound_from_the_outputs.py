"""Fails: bias_begins_evenly_within_the_bound.

Says: The bias is drawn within the same bound as the weight, from n_in; its own length
does not matter.
"""

import torch
from torch import nn


class Linear(nn.Module):
    def __init__(self, n_in, n_out, bias=True):
        super().__init__()
        bound = n_in**-0.5
        self.weight = nn.Parameter(torch.empty(n_out, n_in).uniform_(-bound, bound))
        self.bias = (
            nn.Parameter(torch.empty(n_out).uniform_(-(n_out**-0.5), n_out**-0.5)) if bias else None
        )

    def forward(self, x):
        product = x @ self.weight.T
        return product if self.bias is None else product + self.bias


class ReLU(nn.Module):
    def forward(self, x):
        return x.masked_fill(x <= 0, 0)
