"""Fails: logits_follow_the_three_layers, logits_can_be_negative. Says: The non-linearity
belongs between the two layers, not on the logits: those must be free to be negative.
"""

from torch import nn


class MLP(nn.Module):
    def __init__(self, n_in, n_hidden, n_out):
        super().__init__()
        self.l1 = nn.Linear(n_in, n_hidden)
        self.l2 = nn.Linear(n_hidden, n_out)
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(self.l2(self.l1(x)))
