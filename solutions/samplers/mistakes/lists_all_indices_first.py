"""Fails: large_sampler_starts_at_once. Says: All indices are put into a list before the first
one is given. To count up, one number is enough; Python has an object that does so.
"""

import math

import torch


class Sampler:
    def __init__(self, n, shuffle=False, generator=None):
        self.n, self.shuffle, self.generator = n, shuffle, generator

    def __iter__(self):
        if self.shuffle:
            return iter(torch.randperm(self.n, generator=self.generator).tolist())
        return iter(list(range(self.n)))

    def __len__(self):
        return self.n


class BatchSampler:
    def __init__(self, sampler, bs, drop_last=False):
        if bs < 1:
            raise ValueError(f"bs must be at least 1, got {bs}")
        self.sampler, self.bs, self.drop_last = sampler, bs, drop_last

    def __iter__(self):
        batch = []
        for i in self.sampler:
            batch.append(i)
            if len(batch) == self.bs:
                yield batch
                batch = []
        if batch and not self.drop_last:
            yield batch

    def __len__(self):
        n = len(self.sampler)
        return n // self.bs if self.drop_last else math.ceil(n / self.bs)


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
    if isinstance(first, tuple | list):
        return type(first)(collate(list(column)) for column in zip(*samples, strict=True))
    raise TypeError(f"cannot make a batch of {type(first).__name__}")


class SampledLoader:
    def __init__(self, ds, batch_sampler, collate_fn=collate):
        self.ds, self.batch_sampler, self.collate_fn = ds, batch_sampler, collate_fn

    def __iter__(self):
        for rows in self.batch_sampler:
            yield self.collate_fn([self.ds[i] for i in rows])

    def __len__(self):
        return len(self.batch_sampler)
