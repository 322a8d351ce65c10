"""Fails: errors_of_the_dataset_reach_the_loop. Says: You take an IndexError for the end of the
data. A slice never raises one at the end, so this one is a real error of the dataset, and
it gets lost.
"""

import math


class DataLoader:
    def __init__(self, ds, bs):
        if bs < 1:
            raise ValueError(f"bs must be at least 1, got {bs}")
        self.ds, self.bs = ds, bs

    def __iter__(self):
        i = 0
        while i < len(self.ds):
            try:
                batch = self.ds[i : i + self.bs]
            except IndexError:
                break
            yield batch
            i += self.bs

    def __len__(self):
        return math.ceil(len(self.ds) / self.bs)
