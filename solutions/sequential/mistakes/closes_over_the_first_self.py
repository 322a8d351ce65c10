"""Fails: copies_stand_alone.

Says: The function that you made in `__init__` knows the first model; a copy of the model
still calls the layers of the first.
"""

from torch import nn


class Sequential(nn.Module):
    def __init__(self, *layers):
        super().__init__()
        for position, layer in enumerate(layers):
            self.add_module(str(position), layer)
        self.run = lambda: list(self._modules.values())

    def forward(self, x):
        for layer in self.run():
            x = layer(x)
        return x

    def __len__(self):
        return len(self._modules)

    def __getitem__(self, index):
        chosen = list(self._modules.values())[index]
        return Sequential(*chosen) if isinstance(chosen, list) else chosen

    def __iter__(self):
        return iter(self._modules.values())
