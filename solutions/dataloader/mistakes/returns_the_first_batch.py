"""Fails: first_batches_hold_the_first_rows. Says: `return` ends the function at the first
slice, so `iter(loader)` gets a batch instead of an iterator. `yield` hands a batch over and
carries on from there at the next `next`.
"""

import math


class DataLoader:
    def __init__(self, ds, bs):
        if bs < 1:
            raise ValueError(f"bs must be at least 1, got {bs}")
        self.ds, self.bs = ds, bs

    def __iter__(self):
        for i in range(0, len(self.ds), self.bs):
            return self.ds[i : i + self.bs]
        return None

    def __len__(self):
        return math.ceil(len(self.ds) / self.bs)
