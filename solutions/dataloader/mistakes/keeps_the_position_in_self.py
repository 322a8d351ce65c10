"""Fails: two_loops_do_not_disturb_each_other. Says: Each loop resets `self.start`, but all
loops share it: in `zip(loader, loader)` each one moves the other on. A local variable of
the generator belongs to one loop alone.
"""

import math


class DataLoader:
    def __init__(self, ds, bs):
        if bs < 1:
            raise ValueError(f"bs must be at least 1, got {bs}")
        self.ds, self.bs = ds, bs

    def __iter__(self):
        self.start = 0
        while self.start < len(self.ds):
            yield self.ds[self.start : self.start + self.bs]
            self.start += self.bs

    def __len__(self):
        return math.ceil(len(self.ds) / self.bs)
