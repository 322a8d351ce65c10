"""Register by assignment, and find layers by name."""

from torch import nn


class Sequential(nn.Module):
    def __init__(self, *layers):
        super().__init__()
        for position, layer in enumerate(layers):
            if not isinstance(layer, nn.Module):
                raise TypeError(f"layer {position} is a {type(layer).__name__}, not a module")
            setattr(self, str(position), layer)

    def forward(self, x):
        for position in range(len(self)):
            x = getattr(self, str(position))(x)
        return x

    def __len__(self):
        return len(self._modules)

    def __getitem__(self, index):
        if isinstance(index, slice):
            positions = range(len(self))[index]
            return type(self)(*(getattr(self, str(i)) for i in positions))
        if not -len(self) <= index < len(self):
            raise IndexError(f"no layer at {index}: there are {len(self)}")
        return getattr(self, str(index % len(self)))

    def __iter__(self):
        for position in range(len(self)):
            yield getattr(self, str(position))
