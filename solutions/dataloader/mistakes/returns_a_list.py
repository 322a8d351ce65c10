"""Fails: first_batches_hold_the_first_rows. Says: A list is something one can loop over, but
it is no iterator: it has no `__next__`. Yield the batches one by one instead of collecting
them.
"""

import math


class DataLoader:
    def __init__(self, ds, bs):
        if bs < 1:
            raise ValueError(f"bs must be at least 1, got {bs}")
        self.ds, self.bs = ds, bs

    def __iter__(self):
        return [self.ds[i : i + self.bs] for i in range(0, len(self.ds), self.bs)]

    def __len__(self):
        return math.ceil(len(self.ds) / self.bs)
