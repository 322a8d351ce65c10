"""Fails: no_grad_is_respected. Says: Whether gradients are recorded is for the caller to say;
switching them on inside the model costs memory at every evaluation.
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
        with torch.enable_grad():
            return self.l2(self.relu(self.l1(x)))
