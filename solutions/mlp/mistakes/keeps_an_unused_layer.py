"""Fails: there_are_no_other_parameters. Says: A layer that is never called still owns
parameters: they are saved, counted and handed to the optimizer, and get no gradient.
"""

from torch import nn


class MLP(nn.Module):
    def __init__(self, n_in, n_hidden, n_out):
        super().__init__()
        self.l1 = nn.Linear(n_in, n_hidden)
        self.l2 = nn.Linear(n_hidden, n_out)
        self.relu = nn.ReLU()
        self.l3 = nn.Linear(n_out, n_out)

    def forward(self, x):
        return self.l2(self.relu(self.l1(x)))
