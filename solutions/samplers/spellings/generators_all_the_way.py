"""Generators, `islice`, `match` and a table of dtypes."""

from itertools import islice

import torch


class Sampler:
    def __init__(self, n, shuffle=False, generator=None):
        self.n, self.shuffle, self.generator = n, shuffle, generator

    def __iter__(self):
        if not self.shuffle:
            yield from range(self.n)
            return
        order = torch.randperm(self.n, generator=self.generator)
        for k in range(self.n):
            yield int(order[k])

    def __len__(self):
        return self.n


class BatchSampler:
    def __init__(self, sampler, bs, drop_last=False):
        if bs < 1:
            raise ValueError(f"bs must be at least 1, got {bs}")
        self.sampler, self.bs, self.drop_last = sampler, bs, drop_last

    def __iter__(self):
        indices = iter(self.sampler)
        while batch := list(islice(indices, self.bs)):
            if len(batch) == self.bs or not self.drop_last:
                yield batch

    def __len__(self):
        full, rest = divmod(len(self.sampler), self.bs)
        return full + (rest > 0 and not self.drop_last)


DTYPES = {bool: torch.bool, int: torch.int64, float: torch.float64}


def collate(samples):
    match samples[0]:
        case torch.Tensor():
            return torch.stack(tuple(samples), dim=0)
        case bool() | int() | float() as number:
            return torch.tensor(samples, dtype=DTYPES[type(number)])
        case str():
            return list(samples)
        case dict() as first:
            return {key: collate([s[key] for s in samples]) for key in first}
        case tuple():
            return tuple(map(collate, columns_of(samples)))
        case list():
            return list(map(collate, columns_of(samples)))
    raise TypeError(f"no batch of {samples[0]!r}")


def columns_of(samples):
    if any(len(s) != len(samples[0]) for s in samples):
        raise ValueError("samples of unequal lengths")
    return [[s[k] for s in samples] for k in range(len(samples[0]))]


class SampledLoader:
    def __init__(self, ds, batch_sampler, collate_fn=collate):
        self.ds, self.batch_sampler, self.collate_fn = ds, batch_sampler, collate_fn

    def __iter__(self):
        return (self.collate_fn([self.ds[i] for i in rows]) for rows in self.batch_sampler)

    def __len__(self):
        return len(self.batch_sampler)
