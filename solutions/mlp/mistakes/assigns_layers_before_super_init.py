"""Fails: forward_returns_one_row_for_each_row. Says: `super().__init__()` creates the registry
that an assignment of a layer writes to, so it comes first.
"""

from torch import nn


class MLP(nn.Module):
    def __init__(self, n_in, n_hidden, n_out):
        self.l1 = nn.Linear(n_in, n_hidden)
        self.l2 = nn.Linear(n_hidden, n_out)
        self.relu = nn.ReLU()
        super().__init__()

    def forward(self, x):
        return self.l2(self.relu(self.l1(x)))
