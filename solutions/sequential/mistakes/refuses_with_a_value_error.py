"""Fails: what_is_no_module_is_refused.

Says: An argument of the wrong type is a TypeError; ValueError is for a wrong value of the
right type.
"""

from torch import nn


class Sequential(nn.Module):
    def __init__(self, *layers):
        super().__init__()
        for position, layer in enumerate(layers):
            if not isinstance(layer, nn.Module):
                raise ValueError(f"layer {position} is no module")  # noqa: TRY004 - the mistake
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
