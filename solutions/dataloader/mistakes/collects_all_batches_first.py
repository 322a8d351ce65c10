"""Fails: batches_are_made_on_demand. Says: All batches are made before the first one is used.
That is fine for ten rows, but a loader exists so that the data need not be in memory at
once: make a batch when it is asked for.
"""

import math


class DataLoader:
    def __init__(self, ds, bs):
        if bs < 1:
            raise ValueError(f"bs must be at least 1, got {bs}")
        self.ds, self.bs = ds, bs

    def __iter__(self):
        batches = [self.ds[i : i + self.bs] for i in range(0, len(self.ds), self.bs)]
        return iter(batches)

    def __len__(self):
        return math.ceil(len(self.ds) / self.bs)
