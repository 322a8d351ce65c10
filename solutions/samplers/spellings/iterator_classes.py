"""Iterators written by hand, one object for each loop."""

import torch


class Sampler:
    def __init__(self, n, shuffle=False, generator=None):
        self.n, self.shuffle, self.generator = n, shuffle, generator

    def __iter__(self):
        order = range(self.n)
        if self.shuffle:
            order = [int(i) for i in torch.randperm(self.n, generator=self.generator)]
        return Loop(iter(order), int)

    def __len__(self):
        return self.n


class Loop:
    """Gives what *make* makes of each item."""

    def __init__(self, items, make):
        self.items, self.make = items, make

    def __iter__(self):
        return self

    def __next__(self):
        return self.make(next(self.items))


class Lists:
    """Gives lists of *bs* items."""

    def __init__(self, items, bs, drop_last):
        self.items, self.bs, self.drop_last = items, bs, drop_last

    def __iter__(self):
        return self

    def __next__(self):
        batch = [item for _, item in zip(range(self.bs), self.items, strict=False)]
        if not batch or (self.drop_last and len(batch) < self.bs):
            raise StopIteration
        return batch


class BatchSampler:
    def __init__(self, sampler, bs, drop_last=False):
        if bs < 1:
            raise ValueError(f"bs must be at least 1, got {bs}")
        self.sampler, self.bs, self.drop_last = sampler, bs, drop_last

    def __iter__(self):
        return Lists(iter(self.sampler), self.bs, self.drop_last)

    def __len__(self):
        rounded = len(self.sampler) + (0 if self.drop_last else self.bs - 1)
        return rounded // self.bs


def collate(samples):
    first = samples[0]
    if isinstance(first, torch.Tensor):
        return torch.stack(samples)
    if isinstance(first, float):
        return torch.tensor(samples, dtype=torch.float64)
    if isinstance(first, int):
        return torch.tensor(samples)
    if isinstance(first, str):
        return samples
    if isinstance(first, dict):
        return {key: collate([sample[key] for sample in samples]) for key in first}
    if isinstance(first, list | tuple):
        return type(first)(collate(list(column)) for column in zip(*samples, strict=True))
    raise TypeError(f"cannot make a batch of {type(first).__name__}")


class SampledLoader:
    def __init__(self, ds, batch_sampler, collate_fn=collate):
        self.ds, self.batch_sampler, self.collate_fn = ds, batch_sampler, collate_fn

    def __iter__(self):
        return Loop(iter(self.batch_sampler), self.batch_of)

    def batch_of(self, rows):
        return self.collate_fn(list(map(self.ds.__getitem__, rows)))

    def __len__(self):
        return len(self.batch_sampler)
