"""Fold the input through the layers."""

from functools import reduce

from torch import nn


class Sequential(nn.Module):
    def __init__(self, *layers):
        super().__init__()
        for layer in layers:
            self.register_module(str(len(self._modules)), layer)

    def forward(self, x):
        return reduce(lambda value, layer: layer(value), self, x)

    def __len__(self):
        return sum(1 for _ in self)

    def __getitem__(self, index):
        chosen = list(self._modules.values())[index]
        return Sequential(*chosen) if isinstance(chosen, list) else chosen

    def __iter__(self):
        yield from self._modules.values()
