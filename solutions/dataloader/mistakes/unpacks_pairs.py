"""Fails: batches_are_what_the_dataset_returns, any_dataset_will_do. Says: Unpacking into `xb,
yb` assumes that a batch is a pair. A dict would give its keys, a triple would fail: pass on
what the dataset returns.
"""

import math


class DataLoader:
    def __init__(self, ds, bs):
        if bs < 1:
            raise ValueError(f"bs must be at least 1, got {bs}")
        self.ds, self.bs = ds, bs

    def __iter__(self):
        for i in range(0, len(self.ds), self.bs):
            xb, yb = self.ds[i : i + self.bs]
            yield xb, yb

    def __len__(self):
        return math.ceil(len(self.ds) / self.bs)
