"""Fails: the_output_has_a_history. Says: Only the update of the weights runs without
gradients; the forward pass must be recorded, or there is nothing to go back through.
"""

import torch
from torch import nn


class MLP(nn.Module):
    def __init__(self, n_in, n_hidden, n_out):
        super().__init__()
        self.l1 = nn.Linear(n_in, n_hidden)
        self.l2 = nn.Linear(n_hidden, n_out)
        self.relu = nn.ReLU()

    def forward(self, x):
        with torch.no_grad():
            return self.l2(self.relu(self.l1(x)))
