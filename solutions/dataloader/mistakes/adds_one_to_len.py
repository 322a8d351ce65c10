"""Fails: len_counts_the_batches, len_matches_torch. Says: `len(ds) // bs + 1` is one too many
whenever bs divides the number of rows. Round up only where there is a rest.
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
        return len(self.ds) // self.bs + 1
