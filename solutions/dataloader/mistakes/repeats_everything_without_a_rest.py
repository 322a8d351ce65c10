"""Fails: full_last_batch_ends_the_epoch, batches_match_torch, training_matches_torch. Says:
Where bs divides the number of rows the rest is 0, and `ds[-0:]` is the whole dataset. Hand
over a rest only if there is one.
"""

import math


class DataLoader:
    def __init__(self, ds, bs):
        if bs < 1:
            raise ValueError(f"bs must be at least 1, got {bs}")
        self.ds, self.bs = ds, bs

    def __iter__(self):
        rest = len(self.ds) % self.bs
        for i in range(0, len(self.ds) - rest, self.bs):
            yield self.ds[i : i + self.bs]
        yield self.ds[-rest:]

    def __len__(self):
        return math.ceil(len(self.ds) / self.bs)
