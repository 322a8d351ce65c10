"""Fails: first_batches_hold_the_first_rows. Says: The stop of a slice is not part of it. With
`i + bs - 1` the last row of every batch is lost.
"""

import math


class DataLoader:
    def __init__(self, ds, bs):
        if bs < 1:
            raise ValueError(f"bs must be at least 1, got {bs}")
        self.ds, self.bs = ds, bs

    def __iter__(self):
        for i in range(0, len(self.ds), self.bs):
            yield self.ds[i : i + self.bs - 1]

    def __len__(self):
        return math.ceil(len(self.ds) / self.bs)
