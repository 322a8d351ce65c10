"""Fails: len_counts_the_batches, len_matches_torch. Says: `list(self)` asks `len(self)` for a
size to start with, which calls `list(self)` again, without end. Compute the number from the
length of the dataset and bs.
"""


class DataLoader:
    def __init__(self, ds, bs):
        if bs < 1:
            raise ValueError(f"bs must be at least 1, got {bs}")
        self.ds, self.bs = ds, bs

    def __iter__(self):
        for i in range(0, len(self.ds), self.bs):
            yield self.ds[i : i + self.bs]

    def __len__(self):
        return len(list(self))
