"""Fails: smallest_and_largest_bs_work, every_row_comes_once, batches_match_torch. Says:
`range(0, n - 1, bs)` cannot start a batch at the last row, so where one row is left over it
is lost. Starts run up to, and without, n.
"""

import math


class DataLoader:
    def __init__(self, ds, bs):
        if bs < 1:
            raise ValueError(f"bs must be at least 1, got {bs}")
        self.ds, self.bs = ds, bs

    def __iter__(self):
        for i in range(0, len(self.ds) - 1, self.bs):
            yield self.ds[i : i + self.bs]

    def __len__(self):
        return math.ceil(len(self.ds) / self.bs)
