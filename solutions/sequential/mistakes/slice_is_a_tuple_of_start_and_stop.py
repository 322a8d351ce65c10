"""Fails: a_slice_is_a_chain.

Says: A slice has a step, too, and its ends may be missing or negative; let a list do it.
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
            return Sequential(*layers[index.start or 0 : index.stop])
        return layers[index]

    def __iter__(self):
        return iter(self._modules.values())
