"""Fails: loops_meet_every_layer.

Says: A chain is no iterator: loops over it would share one position. Return a new
iterator each time.
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
        return Sequential(*chosen) if isinstance(chosen, list) else chosen

    def __iter__(self):
        self.position = 0
        return self

    def __next__(self):
        layers = list(self._modules.values())
        if self.position == len(layers):
            raise StopIteration
        self.position += 1
        return layers[self.position - 1]
