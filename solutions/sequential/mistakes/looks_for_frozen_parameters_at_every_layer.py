"""Fails: forward_keeps_up_with_torch.

Says: At every layer you go through the parameters of all layers, to see which are frozen. A chain
of twice as many layers then takes four times as long; whoever freezes them can keep a list.
"""

from torch import nn


class Sequential(nn.Module):
    def __init__(self, *layers):
        super().__init__()
        for position, layer in enumerate(layers):
            self.add_module(str(position), layer)

    def forward(self, x):
        for layer in self._modules.values():
            self.frozen = [name for name, p in self.named_parameters() if not p.requires_grad]
            x = layer(x)
        return x

    def __len__(self):
        return len(self._modules)

    def __getitem__(self, index):
        chosen = list(self._modules.values())[index]
        return Sequential(*chosen) if isinstance(chosen, list) else chosen

    def __iter__(self):
        return iter(self._modules.values())
