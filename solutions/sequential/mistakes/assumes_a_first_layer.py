"""Fails: an_empty_chain_returns_its_input.

Says: There may be no first layer; begin with x, and let the loop have no turn.
"""

from torch import nn


class Sequential(nn.Module):
    def __init__(self, *layers):
        super().__init__()
        for position, layer in enumerate(layers):
            self.add_module(str(position), layer)

    def forward(self, x):
        first, *others = self._modules.values()
        x = first(x)
        for layer in others:
            x = layer(x)
        return x

    def __len__(self):
        return len(self._modules)

    def __getitem__(self, index):
        chosen = list(self._modules.values())[index]
        return Sequential(*chosen) if isinstance(chosen, list) else chosen

    def __iter__(self):
        return iter(self._modules.values())
