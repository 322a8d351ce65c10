"""Fails: two_calls_agree. Says: Dropout draws new random numbers at every call, so the same
input gives another output each time. It is useful, but it is not part of this model.
"""

from torch import nn
from torch.nn import functional as F


class MLP(nn.Module):
    def __init__(self, n_in, n_hidden, n_out):
        super().__init__()
        self.l1 = nn.Linear(n_in, n_hidden)
        self.l2 = nn.Linear(n_hidden, n_out)
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.l2(F.dropout(self.relu(self.l1(x)), 0.5, self.training))
