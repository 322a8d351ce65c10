"""Fails: copies_stand_alone. Says: The lambda that you keep holds on to the model that made
it; a deepcopy carries the same lambda along, and so computes with the weights of the
original.
"""

from torch import nn


class MLP(nn.Module):
    def __init__(self, n_in, n_hidden, n_out):
        super().__init__()
        self.l1 = nn.Linear(n_in, n_hidden)
        self.l2 = nn.Linear(n_hidden, n_out)
        self.relu = nn.ReLU()
        self.steps = lambda x: self.l2(self.relu(self.l1(x)))

    def forward(self, x):
        return self.steps(x)
