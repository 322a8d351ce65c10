"""Fails: the_four_parameters_are_registered. Says: `nn.Module` registers layers that are
assigned to an attribute; inside a plain list it does not see them, and neither does an
optimizer.
"""

from torch import nn


class MLP(nn.Module):
    def __init__(self, n_in, n_hidden, n_out):
        super().__init__()
        self.layers = [nn.Linear(n_in, n_hidden), nn.ReLU(), nn.Linear(n_hidden, n_out)]

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x
