"""Fails: an_index_beyond_the_end_is_an_error.

Says: None for a layer that does not exist lets the error show somewhere else; raise
IndexError.
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
        if isinstance(index, slice):
            return Sequential(*layers[index])
        return layers[index] if -len(layers) <= index < len(layers) else None

    def __iter__(self):
        return iter(self._modules.values())
