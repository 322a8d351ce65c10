"""Walk through the layers, after a look at the width."""

from torch import nn


class MLP(nn.Module):
    def __init__(self, n_in, n_hidden, n_out):
        super().__init__()
        self.l1 = nn.Linear(n_in, n_hidden)
        self.l2 = nn.Linear(n_hidden, n_out)
        self.relu = nn.ReLU()

    def forward(self, x):
        if x.shape[-1] != self.l1.in_features:
            raise ValueError(f"expected {self.l1.in_features} features, got {x.shape[-1]}")
        for layer in (self.l1, self.relu, self.l2):
            x = layer(x)
        return x
