"""Fails: the_layers_are_those_given, every_layer_is_called_once,
a_layer_in_two_positions_is_called_twice, modes_reach_every_layer,
a_slice_shares_its_layers.

Says: Your chain trains copies. Whoever made the layers still holds them, and expects them
to be trained.
"""

import copy

from torch import nn


class Sequential(nn.Module):
    def __init__(self, *layers):
        super().__init__()
        for position, layer in enumerate(layers):
            self.add_module(str(position), copy.deepcopy(layer))

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
