"""Fails: the_input_is_left_as_it_was. Says: The weights already ask for gradients, so the
output has a history; switching them on for the caller's x changes a tensor that is not
yours.
"""

from torch import nn


class MLP(nn.Module):
    def __init__(self, n_in, n_hidden, n_out):
        super().__init__()
        self.l1 = nn.Linear(n_in, n_hidden)
        self.l2 = nn.Linear(n_hidden, n_out)
        self.relu = nn.ReLU()

    def forward(self, x):
        x.requires_grad_()
        return self.l2(self.relu(self.l1(x)))
