"""Fails: len_reads_no_rows. Says: Counting by running a whole epoch reads all the data just to
learn a number. The length of the dataset and bs determine it.
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
        return sum(1 for _ in self)
