"""Fails: parameters_are_named_by_position.

Says: An activation has a position, too; the second linear layer of Linear, ReLU, Linear
is number 2.
"""

from torch import nn


class Sequential(nn.Module):
    def __init__(self, *layers):
        super().__init__()
        for layer in layers:
            numbered = [name for name in self._modules if name.isdigit()]
            name = (
                str(len(numbered))
                if list(layer.parameters())
                else f"activation{len(self._modules)}"
            )
            self.add_module(name, layer)

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
