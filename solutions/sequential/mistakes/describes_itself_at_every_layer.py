"""Fails: forward_keeps_up_with_torch.

Says: Before every layer you write the whole chain down as text. A chain of twice as many
layers then takes four times as long; one text for each call, made where it is read, is plenty.
"""

from torch import nn


class Sequential(nn.Module):
    def __init__(self, *layers):
        super().__init__()
        for position, layer in enumerate(layers):
            self.add_module(str(position), layer)

    def forward(self, x):
        for position, layer in enumerate(self._modules.values()):
            self.log = f"layer {position} of {self}"
            x = layer(x)
        return x

    def __len__(self):
        return len(self._modules)

    def __getitem__(self, index):
        chosen = list(self._modules.values())[index]
        return Sequential(*chosen) if isinstance(chosen, list) else chosen

    def __iter__(self):
        return iter(self._modules.values())
