"""Fails: more_than_ten_layers_keep_their_order.

Says: Sorted as text, '10' comes before '2'. The children are in order already.
"""

from torch import nn


class Sequential(nn.Module):
    def __init__(self, *layers):
        super().__init__()
        for position, layer in enumerate(layers):
            self.add_module(str(position), layer)

    def forward(self, x):
        for name in sorted(self._modules):
            x = self._modules[name](x)
        return x

    def __len__(self):
        return len(self._modules)

    def __getitem__(self, index):
        chosen = list(self._modules.values())[index]
        return Sequential(*chosen) if isinstance(chosen, list) else chosen

    def __iter__(self):
        return iter(self._modules.values())
