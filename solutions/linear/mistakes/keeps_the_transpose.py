"""Fails: new_weights_take_effect.

Says: What you made of the weight in the first call is stale when the weight is replaced;
`forward` has to read the parameters anew.
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

    def forward(self, x):
        if self.turned is None:
            self.turned = self.weight.detach().T.requires_grad_()
            self.turned = self.weight.T
        product = x @ self.turned
        return product if self.bias is None else product + self.bias


class ReLU(nn.Module):
    def forward(self, x):
        return x.masked_fill(x <= 0, 0)
