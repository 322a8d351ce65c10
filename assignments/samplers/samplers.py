"""Rebuild what `torch.utils.data.DataLoader` is made of.

A sampler decides the order of the rows, a batch sampler cuts that order into
lists, and `collate` makes one batch of many samples. The loader only lets them
work together.
"""

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
        """Start an epoch: return a new iterator over all indices, as Python integers.

        With `shuffle`, their order is what `torch.randperm` draws from `generator`, or
        from torch's global generator where that is None. Without, nothing is drawn or stored.
        """
        raise NotImplementedError("Sampler.__iter__: give every index once")

    def __len__(self) -> int:
        return self.n


class BatchSampler:
    """The indices of *sampler*, any iterable, cut into lists of *bs*."""

    def __init__(self, sampler: Iterable[Any], bs: int, drop_last: bool = False) -> None:
        if bs < 1:
            raise ValueError(f"bs must be at least 1, got {bs}")
        self.sampler, self.bs, self.drop_last = sampler, bs, drop_last

    def __iter__(self) -> Iterator[list[Any]]:
        """Start an epoch: return a new iterator over lists, made on demand, each a list of its own.

        The last list may be shorter, or is left out with `drop_last`; no list is empty.
        """
        raise NotImplementedError("BatchSampler.__iter__: cut the sampler's indices into lists")

    def __len__(self) -> int:
        """Return the number of lists in an epoch, from `len(self.sampler)` and without reading it."""
        raise NotImplementedError("BatchSampler.__len__: count the lists of one epoch")


def collate(samples: list[Any]) -> Any:
    """Return one batch made of *samples*, which all have the same form.

    1. Tensors are stacked along a new first dimension; int, float and bool become an
       int64, float64 or bool tensor; str stay a list.
    2. Tuples, lists and dicts give a tuple, list or dict of batches, however deep.
    3. Tensors of different shapes, or tuples or lists of different lengths, are a ValueError
       or RuntimeError. Anything else than what is named here is a TypeError.
    """
    raise NotImplementedError("collate: stack the samples, whatever their form")


class SampledLoader:
    """The rows of *ds* that *batch_sampler* names, one batch for each of its lists."""

    def __init__(
        self, ds: Any, batch_sampler: Any, collate_fn: Callable[[list[Any]], Any] = collate
    ) -> None:
        self.ds, self.batch_sampler, self.collate_fn = ds, batch_sampler, collate_fn

    def __iter__(self) -> Iterator[Any]:
        """Start an epoch: for each list, give collate_fn the list of its samples `ds[i]`."""
        raise NotImplementedError("SampledLoader.__iter__: collate the samples of each list")

    def __len__(self) -> int:
        return len(self.batch_sampler)
