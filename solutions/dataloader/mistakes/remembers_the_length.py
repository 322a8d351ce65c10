"""Fails: len_follows_a_growing_dataset, growing_dataset_is_seen_in_the_next_epoch. Says: The
length of the dataset is read once, in `__init__`. Rows that are added later are never seen:
ask for the length when it is needed.
"""

import math


class DataLoader:
    def __init__(self, ds, bs):
        if bs < 1:
            raise ValueError(f"bs must be at least 1, got {bs}")
        self.ds, self.bs = ds, bs
        self.n = len(ds)

    def __iter__(self):
        for i in range(0, self.n, self.bs):
            yield self.ds[i : i + self.bs]

    def __len__(self):
        return math.ceil(self.n / self.bs)
