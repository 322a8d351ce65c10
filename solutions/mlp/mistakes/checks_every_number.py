"""Fails: operations_do_not_grow_with_the_batch.

Says: You look at every number of the batch in Python before you compute. That takes longer than
the whole forward pass; nan goes through the layers by itself and shows in the loss.
"""

import math

from torch import nn


class MLP(nn.Module):
    def __init__(self, n_in, n_hidden, n_out):
        super().__init__()
        self.l1 = nn.Linear(n_in, n_hidden)
        self.l2 = nn.Linear(n_hidden, n_out)
        self.relu = nn.ReLU()

    def forward(self, x):
        if not all(math.isfinite(value) for value in x.flatten().tolist()):
            print("the batch has nan or inf")
        return self.l2(self.relu(self.l1(x)))
