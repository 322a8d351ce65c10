"""Fails: operations_do_not_grow_with_the_batch.

Says: You turn the whole batch into text at every call. Building that text takes many times as
long as the forward pass; look at a batch outside the model, when you need to.
"""

from torch import nn


class MLP(nn.Module):
    def __init__(self, n_in, n_hidden, n_out):
        super().__init__()
        self.l1 = nn.Linear(n_in, n_hidden)
        self.l2 = nn.Linear(n_hidden, n_out)
        self.relu = nn.ReLU()
        self.last_batch = ""

    def forward(self, x):
        self.last_batch = str(x.tolist())
        return self.l2(self.relu(self.l1(x)))
