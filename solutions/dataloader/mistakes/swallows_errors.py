"""Fails: errors_of_the_dataset_reach_the_loop. Says: `except` without a type takes every error
for the end of the data. A file that cannot be read would silently shorten the training set:
end by counting, and let errors through.
"""

import math


class DataLoader:
    def __init__(self, ds, bs):
        if bs < 1:
            raise ValueError(f"bs must be at least 1, got {bs}")
        self.ds, self.bs = ds, bs

    def __iter__(self):
        for i in range(0, len(self.ds), self.bs):
            try:
                batch = self.ds[i : i + self.bs]
            except Exception:  # noqa: BLE001 - this is the mistake
                return
            yield batch

    def __len__(self):
        return math.ceil(len(self.ds) / self.bs)
