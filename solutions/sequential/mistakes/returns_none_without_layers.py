"""Fails: an_empty_chain_returns_its_input.

Says: The result is born inside the loop, so an empty chain has none; an empty chain
returns its input.
"""

from torch import nn


class Sequential(nn.Module):
    def __init__(self, *layers):
        super().__init__()
        for position, layer in enumerate(layers):
            self.add_module(str(position), layer)

    def forward(self, x):
        result = None
        for layer in self._modules.values():
            result = layer(x if result is None else result)
        return result

    def __len__(self):
        return len(self._modules)

    def __getitem__(self, index):
        chosen = list(self._modules.values())[index]
        return Sequential(*chosen) if isinstance(chosen, list) else chosen

    def __iter__(self):
        return iter(self._modules.values())
