"""Fails: replaced_layers_take_effect. Says: The chain that you build in `__init__` holds the
layers of that moment; a layer that is put into the attribute later never gets into it.
"""

from torch import nn


class MLP(nn.Module):
    def __init__(self, n_in, n_hidden, n_out):
        super().__init__()
        self.l1 = nn.Linear(n_in, n_hidden)
        self.l2 = nn.Linear(n_hidden, n_out)
        self.relu = nn.ReLU()
        self.net = nn.Sequential(self.l1, self.relu, self.l2)

    def forward(self, x):
        return self.net(x)
