"""Fails: last_batch_holds_the_rest, full_last_batch_ends_the_epoch, batches_match_torch,
training_matches_torch. Says: `range(0, n - bs, bs)` ends before the last batch can begin.
The end of a `range` is left out as it is, and a slice may reach beyond the last row.
"""

import math


class DataLoader:
    def __init__(self, ds, bs):
        if bs < 1:
            raise ValueError(f"bs must be at least 1, got {bs}")
        self.ds, self.bs = ds, bs

    def __iter__(self):
        for i in range(0, len(self.ds) - self.bs, self.bs):
            yield self.ds[i : i + self.bs]

    def __len__(self):
        return math.ceil(len(self.ds) / self.bs)
