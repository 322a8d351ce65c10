"""Fails: batches_are_made_on_demand, each_batch_is_one_slice. Says: The dataset is asked twice
for each batch, once to look at it and once to hand it over. Where rows come from a disk,
that doubles the time: keep what you were given.
"""

import math


class DataLoader:
    def __init__(self, ds, bs):
        if bs < 1:
            raise ValueError(f"bs must be at least 1, got {bs}")
        self.ds, self.bs = ds, bs

    def __iter__(self):
        for i in range(0, len(self.ds), self.bs):
            if self.ds[i : i + self.bs] is not None:
                yield self.ds[i : i + self.bs]

    def __len__(self):
        return math.ceil(len(self.ds) / self.bs)
