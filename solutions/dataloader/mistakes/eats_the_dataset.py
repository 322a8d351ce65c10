"""Fails: every_epoch_gives_the_same_batches, any_dataset_will_do, dataset_stays_as_it_is,
training_matches_torch. Says: You remove rows from the dataset to find the next batch, so
after one epoch it is empty, for everybody who uses it. A loader only reads.
"""

import math


class DataLoader:
    def __init__(self, ds, bs):
        if bs < 1:
            raise ValueError(f"bs must be at least 1, got {bs}")
        self.ds, self.bs = ds, bs

    def __iter__(self):
        while len(self.ds):
            yield self.ds[: self.bs]
            self.ds.x, self.ds.y = self.ds.x[self.bs :], self.ds.y[self.bs :]

    def __len__(self):
        return math.ceil(len(self.ds) / self.bs)
