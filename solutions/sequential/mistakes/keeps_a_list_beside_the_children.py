"""Fails: replaced_and_added_layers_take_effect, changes_are_seen_everywhere.

Says: You registered the layers and use a list of your own, which does not know what was
replaced or added; the children are the layers.
"""

from torch import nn


class Sequential(nn.Module):
    def __init__(self, *layers):
        super().__init__()
        for position, layer in enumerate(layers):
            self.add_module(str(position), layer)
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
