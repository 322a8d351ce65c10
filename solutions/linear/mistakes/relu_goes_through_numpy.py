"""Fails: relu_passes_the_gradient_where_x_is_positive,
relu_matches_in_every_dtype_and_shape.

Says: NumPy records nothing for backward and knows no bfloat16. Stay with torch's own
operations.
"""

import numpy as np
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
        return product if self.bias is None else product + self.bias


class ReLU(nn.Module):
    def forward(self, x):
        values = x.detach().numpy()
        return torch.from_numpy(np.maximum(values, np.zeros_like(values)).reshape(values.shape))
