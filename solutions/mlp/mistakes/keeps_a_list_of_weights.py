"""Fails: every_layer_is_called_once, replaced_layers_take_effect, weights_can_be_passed_in.
Says: You keep the weights in a list of your own and read them from there. Whoever swaps a
layer or passes other weights in changes the layer, and your list does not notice.
"""

from torch import nn
from torch.nn import functional as F


class MLP(nn.Module):
    def __init__(self, n_in, n_hidden, n_out):
        super().__init__()
        self.l1 = nn.Linear(n_in, n_hidden)
        self.l2 = nn.Linear(n_hidden, n_out)
        self.relu = nn.ReLU()
        self.weights = [self.l1.weight, self.l2.weight]

    def forward(self, x):
        hidden = self.relu(F.linear(x, self.weights[0], self.l1.bias))
        return F.linear(hidden, self.weights[1], self.l2.bias)
