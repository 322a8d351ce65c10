"""Fails: every_layer_is_called_once. Says: Call the layer, not its `forward`: `self.l1(x)`
also runs the hooks that someone attached to it.
"""

from torch import nn


class MLP(nn.Module):
    def __init__(self, n_in, n_hidden, n_out):
        super().__init__()
        self.l1 = nn.Linear(n_in, n_hidden)
        self.l2 = nn.Linear(n_hidden, n_out)
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.l2.forward(self.relu.forward(self.l1.forward(x)))
