"""Fails: parameters_are_named_by_position, len_counts_the_positions,
an_index_beyond_the_end_is_an_error, loops_meet_every_layer.

Says: What stands in the body of the class belongs to all chains at once; each needs
children of its own.
"""

from torch import nn


class Sequential(nn.Module):
    chain = {}  # noqa: RUF012 - the mistake

    def __init__(self, *layers):
        super().__init__()
        self._modules = self.chain
        for position, layer in enumerate(layers):
            self.chain[str(position)] = layer

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
