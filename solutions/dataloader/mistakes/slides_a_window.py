"""Fails: first_batches_hold_the_first_rows. Says: Your batches overlap: each begins one row
after the one before. The next batch begins where the last one ended, so count in steps of
bs.
"""

import math


class DataLoader:
    def __init__(self, ds, bs):
        if bs < 1:
            raise ValueError(f"bs must be at least 1, got {bs}")
        self.ds, self.bs = ds, bs

    def __iter__(self):
        for i in range(len(self.ds)):
            yield self.ds[i : i + self.bs]

    def __len__(self):
        return math.ceil(len(self.ds) / self.bs)
