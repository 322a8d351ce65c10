"""Fails: forward_returns_one_row_for_each_row. Says: `nn.ReLU(...)` builds a layer, and what
you put in the parentheses are its settings. Call the layer that `__init__` has built
already.
"""

from torch import nn


class MLP(nn.Module):
    def __init__(self, n_in, n_hidden, n_out):
        super().__init__()
        self.l1 = nn.Linear(n_in, n_hidden)
        self.l2 = nn.Linear(n_hidden, n_out)
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.l2(nn.ReLU(self.l1(x)))
