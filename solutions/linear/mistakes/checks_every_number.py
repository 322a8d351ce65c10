"""Fails: small_batch_keeps_up_with_torch, large_batch_keeps_up_with_torch.

Says: You look at every number of the batch in Python before you compute. That takes
longer than the product; nan comes through by itself and shows in the loss.
"""

import math

import torch
from torch import nn


class Linear(nn.Module):
    def __init__(self, n_in, n_out, bias=True):
        super().__init__()
        bound = n_in**-0.5
        self.weight = nn.Parameter(torch.empty(n_out, n_in).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.empty(n_out).uniform_(-bound, bound)) if bias else None

    def forward(self, x):
        if not all(math.isfinite(value) for value in x.detach().float().numpy().flat):
            self.saw_nan = True
        product = x @ self.weight.T
        return product if self.bias is None else product + self.bias


class ReLU(nn.Module):
    def forward(self, x):
        return x.masked_fill(x <= 0, 0)
