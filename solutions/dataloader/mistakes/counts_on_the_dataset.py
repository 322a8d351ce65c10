"""Fails: any_dataset_will_do, dataset_stays_as_it_is. Says: Your loader leaves its position as
an attribute on the dataset. Other loaders may use the same dataset, and a list does not
even accept it: keep it in a local variable.
"""

import math


class DataLoader:
    def __init__(self, ds, bs):
        if bs < 1:
            raise ValueError(f"bs must be at least 1, got {bs}")
        self.ds, self.bs = ds, bs

    def __iter__(self):
        self.ds.position = 0
        for i in range(0, len(self.ds), self.bs):
            self.ds.position = i
            yield self.ds[i : i + self.bs]

    def __len__(self):
        return math.ceil(len(self.ds) / self.bs)
