"""Fails: an_index_beyond_the_end_is_an_error.

Says: That you keep layers in a dictionary is your own affair; who asks for an index
expects an IndexError.
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
        if isinstance(index, slice):
            return Sequential(*list(self._modules.values())[index])
        return self._modules[str(index + len(self._modules) if index < 0 else index)]

    def __iter__(self):
        return iter(self._modules.values())
