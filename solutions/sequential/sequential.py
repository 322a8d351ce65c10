"""A chain of layers that is a layer itself, as `nn.Sequential` is."""

from collections.abc import Iterator
from typing import Any

from torch import nn


class Sequential(nn.Module):
    """Calls its layers one after the other, each on what the one before it returned."""

    def __init__(self, *layers: nn.Module) -> None:
        """Register *layers*."""
        super().__init__()
        for position, layer in enumerate(layers):
            self.add_module(str(position), layer)

    def forward(self, x: Any) -> Any:
        """Return what the last layer returns."""
        for layer in self:
            x = layer(x)
        return x

    def __len__(self) -> int:
        """Return the number of positions."""
        return len(self._modules)

    def __getitem__(self, index: int | slice) -> nn.Module:
        """Return the layer at *index*, or a `Sequential` of the layers that a slice selects."""
        chosen = list(self)[index]
        return Sequential(*chosen) if isinstance(chosen, list) else chosen

    def __iter__(self) -> Iterator[nn.Module]:
        """Return a new iterator over the layers."""
        # Not `self.children()`, which names a module once though it may stand twice.
        return iter(self._modules.values())
