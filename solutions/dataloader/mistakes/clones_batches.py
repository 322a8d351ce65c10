"""Fails: batches_share_the_memory_of_the_dataset. Says: A slice of a tensor is a view that
costs nothing; cloning it copies the whole dataset once in every epoch. Hand the slice over
as it is.
"""

import math


class DataLoader:
    def __init__(self, ds, bs):
        if bs < 1:
            raise ValueError(f"bs must be at least 1, got {bs}")
        self.ds, self.bs = ds, bs

    def __iter__(self):
        for i in range(0, len(self.ds), self.bs):
            batch = self.ds[i : i + self.bs]
            if isinstance(batch, tuple):
                batch = tuple(t.clone() for t in batch)
            yield batch

    def __len__(self):
        return math.ceil(len(self.ds) / self.bs)
