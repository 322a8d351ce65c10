"""Fails: copies_stand_alone. Says: You keep the hidden values, with their whole history, on
the model. That keeps the graph of the last batch alive, and a tensor with a history cannot
be copied.
"""

from torch import nn


class MLP(nn.Module):
    def __init__(self, n_in, n_hidden, n_out):
        super().__init__()
        self.l1 = nn.Linear(n_in, n_hidden)
        self.l2 = nn.Linear(n_hidden, n_out)
        self.relu = nn.ReLU()

    def forward(self, x):
        self.hidden = self.relu(self.l1(x))
        return self.l2(self.hidden)
