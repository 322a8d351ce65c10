"""Fails: every_epoch_gives_the_same_batches, training_matches_torch. Says: A generator can be
run through once, and yours is made in `__init__`: the first epoch uses it up. Every call of
`__iter__` must return a new one.
"""

import math


class DataLoader:
    def __init__(self, ds, bs):
        if bs < 1:
            raise ValueError(f"bs must be at least 1, got {bs}")
        self.ds, self.bs = ds, bs
        self.batches = (ds[i : i + bs] for i in range(0, len(ds), bs))

    def __iter__(self):
        return self.batches

    def __len__(self):
        return math.ceil(len(self.ds) / self.bs)
