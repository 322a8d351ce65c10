"""Fails: no_batch_is_kept_after_the_loop. Says: The batch is stored on the loader, so the last
one stays in memory after the loop, on a GPU as well. A local variable is gone when the loop
is over.
"""

import math


class DataLoader:
    def __init__(self, ds, bs):
        if bs < 1:
            raise ValueError(f"bs must be at least 1, got {bs}")
        self.ds, self.bs = ds, bs

    def __iter__(self):
        for i in range(0, len(self.ds), self.bs):
            self.batch = self.ds[i : i + self.bs]
            yield self.batch

    def __len__(self):
        return math.ceil(len(self.ds) / self.bs)
