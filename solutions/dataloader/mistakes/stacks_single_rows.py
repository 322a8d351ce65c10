"""Fails: each_batch_is_one_slice, any_dataset_will_do, few_operations_per_batch. Says: Every
row is asked for alone and then copied into a stack: about fifty times the work of a slice,
and it only fits pairs of tensors. `ds[start:stop]` gives a batch in one go.
"""

import math

import torch


class DataLoader:
    def __init__(self, ds, bs):
        if bs < 1:
            raise ValueError(f"bs must be at least 1, got {bs}")
        self.ds, self.bs = ds, bs

    def __iter__(self):
        for i in range(0, len(self.ds), self.bs):
            rows = [self.ds[j] for j in range(i, min(i + self.bs, len(self.ds)))]
            xs, ys = zip(*rows, strict=True)
            yield torch.stack(xs), torch.stack(ys)

    def __len__(self):
        return math.ceil(len(self.ds) / self.bs)
