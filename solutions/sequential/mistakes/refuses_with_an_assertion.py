"""Fails: what_is_no_module_is_refused.

Says: `assert` is for what you yourself may have done wrong, and can be switched off; for
an argument of the wrong type raise a TypeError.
"""

from torch import nn


class Sequential(nn.Module):
    def __init__(self, *layers):
        super().__init__()
        assert all(isinstance(layer, nn.Module) for layer in layers)
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
        return iter(self._modules.values())
