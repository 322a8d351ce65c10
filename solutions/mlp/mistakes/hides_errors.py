"""Fails: a_wrong_width_is_refused. Says: You catch the error that torch raises and return
zeros. A wrong shape then looks like a model that learns nothing, which is far harder to
find.
"""

import torch
from torch import nn


class MLP(nn.Module):
    def __init__(self, n_in, n_hidden, n_out):
        super().__init__()
        self.l1 = nn.Linear(n_in, n_hidden)
        self.l2 = nn.Linear(n_hidden, n_out)
        self.relu = nn.ReLU()

    def forward(self, x):
        try:
            return self.l2(self.relu(self.l1(x)))
        except RuntimeError:
            return torch.zeros(*x.shape[:-1], self.l2.out_features)
