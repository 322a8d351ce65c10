"""Fails: gradients_match.

Says: `.data` goes behind autograd's back: the values are right, and the bias gets no
gradient.
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
        if self.bias is not None:
            product.data += self.bias
        return product


class ReLU(nn.Module):
    def forward(self, x):
        return x.masked_fill(x <= 0, 0)
