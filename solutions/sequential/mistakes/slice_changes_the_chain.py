"""Fails: a_slice_is_a_chain.

Says: Asking for a slice throws away the other layers. A slice is a new chain; the old one
stays.
"""

from torch import nn


class Sequential(nn.Module):
    def __init__(self, *layers):
        super().__init__()
        for position, layer in enumerate(layers):
            self.add_module(str(position), layer)

    def forward(self, x):
        for layer in self._modules.values():
            x = layer(x)
        return x

    def __len__(self):
        return len(self._modules)

    def __getitem__(self, index):
        layers = list(self._modules.values())
        if not isinstance(index, slice):
            return layers[index]
        part = Sequential(*layers[index])
        self._modules = part._modules
        return part

    def __iter__(self):
        return iter(self._modules.values())
