"""Fails: each_batch_is_one_slice, any_dataset_will_do. Says: You reach for `ds.x` and `ds.y`,
which only one kind of dataset has. Ask the dataset itself with `ds[start:stop]`, and any
dataset will do.
"""

import math


class DataLoader:
    def __init__(self, ds, bs):
        if bs < 1:
            raise ValueError(f"bs must be at least 1, got {bs}")
        self.ds, self.bs = ds, bs

    def __iter__(self):
        for i in range(0, len(self.ds), self.bs):
            yield self.ds.x[i : i + self.bs], self.ds.y[i : i + self.bs]

    def __len__(self):
        return math.ceil(len(self.ds) / self.bs)
