"""Find one layer by walking to it."""

from itertools import islice

from torch import nn


class Sequential(nn.Module):
    def __init__(self, *layers):
        super().__init__()
        for position, layer in enumerate(layers):
            self.add_module(str(position), layer)

    def forward(self, x):
        result = x
        for i in range(len(self)):
            result = self[i](result)
        return result

    def __len__(self):
        return len(self._modules)

    def __getitem__(self, index):
        if isinstance(index, slice):
            return Sequential(*list(self)[index])
        position = index + len(self) if index < 0 else index
        if not 0 <= position < len(self):
            raise IndexError(index)
        return next(islice(self, position, None))

    def __iter__(self):
        return iter(self._modules.values())
