"""Fails: copies_stand_alone, state_can_be_exchanged.

Says: Under two names a layer has two entries in state_dict, though its parameters are
listed once; give each layer one name.
"""

from torch import nn


class Sequential(nn.Module):
    def positions(self):
        return [layer for name, layer in self._modules.items() if name.isdigit()]

    def __init__(self, *layers):
        super().__init__()
        for position, layer in enumerate(layers):
            self.add_module(str(position), layer)
        for position, layer in enumerate(layers):
            self.add_module(f"layer{position}", layer)
        self.half = None

    def forward(self, x):
        for layer in self.positions():
            x = layer(x)
        return x

    def __len__(self):
        return len(self.positions())

    def __getitem__(self, index):
        chosen = self.positions()[index]
        return Sequential(*chosen) if isinstance(index, slice) else chosen

    def __iter__(self):
        return iter(self.positions())
