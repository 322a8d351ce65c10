"""Fails: smallest_and_largest_bs_work, every_row_comes_once, batches_match_torch. Says: A
batch size above the number of rows is no error: all rows fit into one short batch.
"""

import math


class DataLoader:
    def __init__(self, ds, bs):
        if bs < 1:
            raise ValueError(f"bs must be at least 1, got {bs}")
        self.ds, self.bs = ds, bs

    def __iter__(self):
        n = len(self.ds)
        if 0 < n < self.bs:
            raise ValueError(f"bs={self.bs} is larger than the dataset ({n} rows)")
        for i in range(0, n, self.bs):
            yield self.ds[i : i + self.bs]

    def __len__(self):
        return math.ceil(len(self.ds) / self.bs)
