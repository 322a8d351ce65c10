"""Fails: every_epoch_gives_the_same_batches, training_matches_torch. Says: The loader is its
own iterator, so its position survives the epoch and the second loop finds nothing left.
Keep the position in something that lives for one loop only.
"""

import math


class DataLoader:
    def __init__(self, ds, bs):
        if bs < 1:
            raise ValueError(f"bs must be at least 1, got {bs}")
        self.ds, self.bs = ds, bs
        self.start = 0

    def __iter__(self):
        return self

    def __len__(self):
        return math.ceil(len(self.ds) / self.bs)

    def __next__(self):
        if self.start >= len(self.ds):
            raise StopIteration
        self.start += self.bs
        return self.ds[self.start - self.bs : self.start]
