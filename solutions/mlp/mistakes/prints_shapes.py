"""Fails: a_call_prints_nothing. Says: The print that helped you while writing now runs at
every batch. Take it out, or put it into a forward hook.
"""

from torch import nn


class MLP(nn.Module):
    def __init__(self, n_in, n_hidden, n_out):
        super().__init__()
        self.l1 = nn.Linear(n_in, n_hidden)
        self.l2 = nn.Linear(n_hidden, n_out)
        self.relu = nn.ReLU()

    def forward(self, x):
        hidden = self.relu(self.l1(x))
        print("hidden", hidden.shape)
        return self.l2(hidden)
