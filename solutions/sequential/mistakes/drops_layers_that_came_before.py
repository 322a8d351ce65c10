"""Fails: a_layer_in_two_positions_is_called_twice, len_counts_the_positions,
loops_meet_every_layer.

Says: One layer may stand in two positions on purpose; do not take the second one out.
"""

from torch import nn


class Sequential(nn.Module):
    def __init__(self, *layers):
        super().__init__()
        for layer in dict.fromkeys(layers):
            self.add_module(str(len(self._modules)), layer)

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
