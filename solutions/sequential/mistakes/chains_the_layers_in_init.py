"""Fails: replaced_and_added_layers_take_effect, copies_stand_alone.

Says: What you composed in `__init__` holds the layers of that day, also in a copy of the
model. Compose at the call.
"""

from functools import reduce

from torch import nn


class Sequential(nn.Module):
    def __init__(self, *layers):
        super().__init__()
        for position, layer in enumerate(layers):
            self.add_module(str(position), layer)
        self.run = lambda x: reduce(lambda value, layer: layer(value), layers, x)

    def forward(self, x):
        return self.run(x)

    def __len__(self):
        return len(self._modules)

    def __getitem__(self, index):
        chosen = list(self._modules.values())[index]
        return Sequential(*chosen) if isinstance(chosen, list) else chosen

    def __iter__(self):
        return iter(self._modules.values())
