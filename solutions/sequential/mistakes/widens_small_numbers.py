"""Fails: outputs_match_in_every_dtype.

Says: A chain does not change the dtype of what passes through it, bfloat16 included.
"""

import torch
from torch import nn


class Sequential(nn.Module):
    def __init__(self, *layers):
        super().__init__()
        for position, layer in enumerate(layers):
            self.add_module(str(position), layer)

    def forward(self, x):
        for layer in self._modules.values():
            x = layer(x)
        if isinstance(x, torch.Tensor) and x.dtype == torch.bfloat16:
            x = x.float()
        return x

    def __len__(self):
        return len(self._modules)

    def __getitem__(self, index):
        chosen = list(self._modules.values())[index]
        return Sequential(*chosen) if isinstance(chosen, list) else chosen

    def __iter__(self):
        return iter(self._modules.values())
