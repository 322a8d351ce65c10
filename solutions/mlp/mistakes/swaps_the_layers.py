"""Fails: forward_returns_one_row_for_each_row. Says: The batch meets the second layer first.
Follow the shapes: which of the two layers takes n_in features?
"""

from torch import nn


class MLP(nn.Module):
    def __init__(self, n_in, n_hidden, n_out):
        super().__init__()
        self.l1 = nn.Linear(n_in, n_hidden)
        self.l2 = nn.Linear(n_hidden, n_out)
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.l1(self.relu(self.l2(x)))
