"""Fails: a_chain_in_a_chain_is_a_layer, a_layer_in_two_positions_is_called_twice.

Says: You go down to the innermost layers yourself. A chain inside of the chain is a layer
to be called like any other.
"""

from torch import nn


class Sequential(nn.Module):
    def __init__(self, *layers):
        super().__init__()
        for position, layer in enumerate(layers):
            self.add_module(str(position), layer)

    def forward(self, x):
        for layer in self.modules():
            if not list(layer.children()) and layer is not self:
                x = layer(x)
        return x

    def __len__(self):
        return len(self._modules)

    def __getitem__(self, index):
        chosen = list(self._modules.values())[index]
        return Sequential(*chosen) if isinstance(chosen, list) else chosen

    def __iter__(self):
        return iter(self._modules.values())
