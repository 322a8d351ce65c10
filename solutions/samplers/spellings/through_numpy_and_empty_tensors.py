"""Indices through NumPy; batches written row by row into a tensor made before."""

import numpy as np
import torch


class Sampler:
    def __init__(self, n, shuffle=False, generator=None):
        self.n, self.shuffle, self.generator = n, shuffle, generator

    def __iter__(self):
        order = np.arange(0)
        if self.shuffle:
            order = torch.randperm(self.n, generator=self.generator).numpy()
            return iter(order.tolist())
        return map(int, range(self.n))

    def __len__(self):
        return self.n


class BatchSampler:
    def __init__(self, sampler, bs, drop_last=False):
        if bs < 1:
            raise ValueError(f"bs must be at least 1, got {bs}")
        self.sampler, self.bs, self.drop_last = sampler, bs, drop_last

    def __iter__(self):
        batch, full = [], False
        for index in self.sampler:
            batch += [index]
            full = len(batch) >= self.bs
            if full:
                yield batch
                batch, full = [], False
        if len(batch) > 0 and self.drop_last is False:
            yield batch

    def __len__(self):
        if self.drop_last:
            return len(self.sampler) // self.bs
        return len(range(0, len(self.sampler), self.bs))


def collate(samples):
    first = samples[0]
    if isinstance(first, torch.Tensor):
        return torch.stack([*samples])
    if isinstance(first, bool | int | float):
        return torch.from_numpy(
            np.array(samples, dtype=np.float64 if isinstance(first, float) else None)
        )
    if isinstance(first, str):
        return [str(word) for word in samples]
    if isinstance(first, dict):
        batch = {}
        for key in first:
            batch[key] = collate([sample[key] for sample in samples])
        return batch
    if isinstance(first, tuple):
        return tuple(collate([*column]) for column in zip(*samples, strict=True))
    if isinstance(first, list):
        return [collate([*column]) for column in zip(*samples, strict=True)]
    raise TypeError("no batch of " + str(type(first)))


class SampledLoader:
    def __init__(self, ds, batch_sampler, collate_fn=collate):
        self.ds, self.batch_sampler, self.collate_fn = ds, batch_sampler, collate_fn

    def __iter__(self):
        for rows in self.batch_sampler:
            samples = []
            for i in rows:
                sample = self.ds[i]
                samples.append(sample)
            batch = self.collate_fn(samples)
            yield batch

    def __len__(self):
        return len(self.batch_sampler)
