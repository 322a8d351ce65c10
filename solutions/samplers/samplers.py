"""What `torch.utils.data.DataLoader` is made of: order, batches, collation, and the loop."""

import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import torch


class Sampler:
    """The indices 0 to n - 1, in order or shuffled anew in every epoch."""

    def __init__(
        self, n: int, shuffle: bool = False, generator: torch.Generator | None = None
    ) -> None:
        self.n, self.shuffle, self.generator = n, shuffle, generator

    def __iter__(self) -> Iterator[int]:
        """Start an epoch: return a new iterator over all indices, as Python integers."""
        if self.shuffle:
            return iter(torch.randperm(self.n, generator=self.generator).tolist())
        return iter(range(self.n))

    def __len__(self) -> int:
        return self.n


class BatchSampler:
    """The indices of *sampler*, any iterable, cut into lists of *bs*."""

    def __init__(self, sampler: Iterable[Any], bs: int, drop_last: bool = False) -> None:
        if bs < 1:
            raise ValueError(f"bs must be at least 1, got {bs}")
        self.sampler, self.bs, self.drop_last = sampler, bs, drop_last

    def __iter__(self) -> Iterator[list[Any]]:
        """Start an epoch: return a new iterator over lists, made on demand, each a list of its own."""
        batch = []
        for i in self.sampler:
            batch.append(i)
            if len(batch) == self.bs:
                yield batch
                batch = []
        if batch and not self.drop_last:
            yield batch

    def __len__(self) -> int:
        """Return the number of lists in an epoch, from `len(self.sampler)` and without reading it."""
        n = len(self.sampler)
        return n // self.bs if self.drop_last else math.ceil(n / self.bs)


def collate(samples: list[Any]) -> Any:
    """Return one batch made of *samples*, which all have the same form."""
    first = samples[0]
    if isinstance(first, torch.Tensor):
        return torch.stack(samples)  # (len(samples), ...)
    if isinstance(first, float):
        return torch.tensor(samples, dtype=torch.float64)  # (len(samples),)
    if isinstance(first, int):  # a bool is an int, too
        return torch.tensor(samples)  # (len(samples),)
    if isinstance(first, str):
        return samples
    if isinstance(first, dict):
        return {key: collate([sample[key] for sample in samples]) for key in first}
    if isinstance(first, tuple | list):
        return type(first)(collate(list(column)) for column in zip(*samples, strict=True))
    raise TypeError(f"cannot make a batch of {type(first).__name__}")


class SampledLoader:
    """The rows of *ds* that *batch_sampler* names, one batch for each of its lists."""

    def __init__(
        self, ds: Any, batch_sampler: Any, collate_fn: Callable[[list[Any]], Any] = collate
    ) -> None:
        self.ds, self.batch_sampler, self.collate_fn = ds, batch_sampler, collate_fn

    def __iter__(self) -> Iterator[Any]:
        """Start an epoch: for each list, give collate_fn the list of its samples `ds[i]`."""
        for rows in self.batch_sampler:
            yield self.collate_fn([self.ds[i] for i in rows])

    def __len__(self) -> int:
        return len(self.batch_sampler)
