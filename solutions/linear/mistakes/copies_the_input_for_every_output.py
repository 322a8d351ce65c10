"""Fails: linear_does_little_work.

Says: `expand` and `repeat` prepare a product by hand which `@` does without copies.
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
        n_out = len(self.weight)
        copies = x[..., None, :].expand(*x.shape[:-1], n_out, x.shape[-1]).contiguous()
        product = torch.einsum("...oi,oi->...o", copies, self.weight)
        return product if self.bias is None else product + self.bias


class ReLU(nn.Module):
    def forward(self, x):
        return x.masked_fill(x <= 0, 0)
