"""Fails: what_is_no_module_is_refused.

Says: `setattr` takes anything, and what is no module then is no child. `add_module`
refuses it.
"""

from torch import nn


class Sequential(nn.Module):
    def __init__(self, *layers):
        super().__init__()
        for position, layer in enumerate(layers):
            setattr(self, str(position), layer)

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
