"""Fails: two_layers_begin_differently, layers_share_no_parameter, gradients_match.

Says: You keep one set of weights for all layers of a size; every layer has weights of its
own.
"""

import torch
from torch import nn


class Linear(nn.Module):
    made = {}  # noqa: RUF012 - the mistake

    def __init__(self, n_in, n_out, bias=True):
        super().__init__()
        bound = n_in**-0.5
        if (n_in, n_out) not in self.made:
            weight = nn.Parameter(torch.empty(n_out, n_in).uniform_(-bound, bound))
            self.made[n_in, n_out] = (
                weight,
                nn.Parameter(torch.empty(n_out).uniform_(-bound, bound)),
            )
        self.weight, b = self.made[n_in, n_out]
        self.bias = b if bias else None

    def forward(self, x):
        product = x @ self.weight.T
        return product if self.bias is None else product + self.bias


class ReLU(nn.Module):
    def forward(self, x):
        return x.masked_fill(x <= 0, 0)
