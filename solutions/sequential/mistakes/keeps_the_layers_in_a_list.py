"""Fails: parameters_are_named_by_position, changes_are_seen_everywhere.

Says: A plain list hides the layers: the module has no parameters, an optimizer trains
nothing, and eval() reaches no layer.
"""

from torch import nn


class Sequential(nn.Module):
    def __init__(self, *layers):
        super().__init__()
        self.layers = list(layers)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def __len__(self):
        return len(self.layers)

    def __getitem__(self, index):
        chosen = self.layers[index]
        return Sequential(*chosen) if isinstance(index, slice) else chosen

    def __iter__(self):
        return iter(self.layers)
