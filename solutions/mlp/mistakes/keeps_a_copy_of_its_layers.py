"""Fails: forward_keeps_up_with_torch.

Says: At every call you copy all layers, to have them as they were. The copies take many times as
long as the forward pass; a training loop keeps a copy of the weights when it wants one.
"""

import copy

from torch import nn


class MLP(nn.Module):
    def __init__(self, n_in, n_hidden, n_out):
        super().__init__()
        self.l1 = nn.Linear(n_in, n_hidden)
        self.l2 = nn.Linear(n_hidden, n_out)
        self.relu = nn.ReLU()

    def forward(self, x):
        output = self.l2(self.relu(self.l1(x)))
        self.before = copy.deepcopy(dict(self.named_children()))
        return output
