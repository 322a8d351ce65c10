"""Fails: forward_adds_no_work.

Says: You look at every number in Python between the layers. That takes longer than the
layers; nan comes through by itself and shows in the loss.
"""

import math

import torch
from torch import nn


class Sequential(nn.Module):
    def __init__(self, *layers):
        super().__init__()
        for position, layer in enumerate(layers):
            self.add_module(str(position), layer)

    def forward(self, x):
        for layer in self._modules.values():
            if isinstance(x, torch.Tensor) and not all(
                math.isfinite(v) for row in x.tolist() for v in row
            ):
                self.saw_nan = True
            x = layer(x)
        return x

    def __len__(self):
        return len(self._modules)

    def __getitem__(self, index):
        chosen = list(self._modules.values())[index]
        return Sequential(*chosen) if isinstance(chosen, list) else chosen

    def __iter__(self):
        return iter(self._modules.values())
