"""Fails: inputs_that_do_not_fit_are_refused, outputs_match_in_every_dtype, gradients_match.

Says: You compute in float32 whatever comes; keep the dtype of the input and the
parameters.
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
        product = x.float() @ self.weight.float().T
        return product if self.bias is None else product + self.bias.float()


class ReLU(nn.Module):
    def forward(self, x):
        return x.masked_fill(x <= 0, 0)
