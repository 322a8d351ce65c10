"""Fails: a_slice_is_a_chain.

Says: Also a slice of one layer, or of none, is a chain.
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
        chosen = list(self._modules.values())[index]
        if isinstance(chosen, list):
            return chosen[0] if len(chosen) == 1 else Sequential(*chosen)
        return chosen

    def __iter__(self):
        return iter(self._modules.values())
