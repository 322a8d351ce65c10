"""Fails: every_layer_is_called_once, replaced_layers_take_effect. Says: You compute a ReLU of
your own and leave `self.relu` unused, so swapping that layer for another one changes
nothing.
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
        return self.l2(F.relu(self.l1(x)))
