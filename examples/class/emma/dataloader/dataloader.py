from collections.abc import Iterator
from typing import Any


class DataLoader:
    """The rows of a dataset in batches of equal size, in order."""

    def __init__(self, ds, bs: int) -> None:
        if bs < 1:
            raise ValueError(f"bs must be at least 1, got {bs}")
        self.ds, self.bs = ds, bs

    def __iter__(self) -> Iterator[Any]:
        start = 0
        while start < len(self.ds):
            stop = start + self.bs
            yield self.ds[start:stop]
            start = stop

    def __len__(self) -> int:
        full, rest = divmod(len(self.ds), self.bs)
        return full + 1 if rest else full
