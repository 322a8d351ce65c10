"""Rebuild `nn.Sequential`: a chain of layers that is a layer itself.

The loop over layers is two lines. The rest is bookkeeping: `nn.Module` must know
the layers, so that an optimizer, `state_dict`, `train` and `eval` reach them.
"""

from collections.abc import Iterator
from typing import Any

from torch import nn


class Sequential(nn.Module):
    """Calls its layers one after the other, each on what the one before it returned.

    The layers are this module's children, named "0", "1", "2", ... by their position.
    Whatever children stand there at the time of a call are the layers: one that was
    replaced or added later counts. One layer may stand in several positions.
    """

    def __init__(self, *layers: nn.Module) -> None:
        """Register *layers* themselves, no copies; with none, the chain is empty.

        Raises:
            TypeError: If one of *layers* is no `nn.Module`, such as a list of layers.
        """
        super().__init__()
        raise NotImplementedError("Sequential.__init__: register every layer by its position")

    def forward(self, x: Any) -> Any:
        """Return what the last layer returns; an empty chain returns *x*.

        Each layer gets one argument, whatever it is: a tensor, a tuple, a dict.
        """
        raise NotImplementedError("Sequential.forward: send x through the layers in order")

    def __len__(self) -> int:
        """Return the number of positions; a layer that stands in two of them counts twice."""
        raise NotImplementedError("Sequential.__len__: count the layers")

    def __getitem__(self, index: int | slice) -> nn.Module:
        """Return the layer at *index*, or a `Sequential` of the layers that a slice selects.

        A negative index counts from the end. The layers of a slice are the same objects;
        how they are named in it is up to you.

        Raises:
            IndexError: If there is no layer at *index*.
        """
        raise NotImplementedError("Sequential.__getitem__: find one layer, or a slice of them")

    def __iter__(self) -> Iterator[nn.Module]:
        """Return a new iterator over the layers, position by position."""
        raise NotImplementedError("Sequential.__iter__: walk over the layers in order")
