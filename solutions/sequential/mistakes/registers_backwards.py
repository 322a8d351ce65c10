"""Fails: parameters_are_named_by_position, changes_are_seen_everywhere.

Says: The children come in the order in which they were registered: begin with the first
layer.
"""

from torch import nn


class Sequential(nn.Module):
    def __init__(self, *layers):
        super().__init__()
        for position in reversed(range(len(layers))):
            self.add_module(str(position), layers[position])

    def forward(self, x):
        for layer in reversed(self._modules.values()):
            x = layer(x)
        return x

    def __len__(self):
        return len(self._modules)

    def __getitem__(self, index):
        chosen = list(reversed(self._modules.values()))[index]
        return Sequential(*chosen) if isinstance(chosen, list) else chosen

    def __iter__(self):
        return reversed(list(self._modules.values()))
