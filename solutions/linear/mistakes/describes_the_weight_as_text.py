"""Fails: small_batch_keeps_up_with_torch, large_batch_keeps_up_with_torch.

Says: You turn the whole weight into text at every call. That takes many times as long as
the product; look at weights outside of the layer, when you need to.
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
        self.seen = str(self.weight.detach().float().numpy().tolist())
        product = x @ self.weight.T
        return product if self.bias is None else product + self.bias


class ReLU(nn.Module):
    def forward(self, x):
        return x.masked_fill(x <= 0, 0)
