"""A slice keeps its names, as in torch."""

import operator

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
        names = list(self._modules)
        if not isinstance(index, slice):
            return self._modules[names[operator.index(index)]]
        part = Sequential()
        for name in names[index]:
            part.add_module(name, self._modules[name])
        return part

    def __iter__(self):
        return iter(self._modules.values())
