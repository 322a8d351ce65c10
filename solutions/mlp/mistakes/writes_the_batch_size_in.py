"""Fails: any_number_of_rows. Says: Never write the batch size into the model: the last batch
of an epoch is often shorter.
"""

from torch import nn


class MLP(nn.Module):
    def __init__(self, n_in, n_hidden, n_out):
        super().__init__()
        self.l1 = nn.Linear(n_in, n_hidden)
        self.l2 = nn.Linear(n_hidden, n_out)
        self.relu = nn.ReLU()

    def forward(self, x):
        x = x.reshape(50, -1)
        return self.l2(self.relu(self.l1(x)))
