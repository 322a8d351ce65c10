"""Fails: epoch_keeps_up_with_slicing.

Says: For each batch you ask every row of the dataset whether it belongs there. Twice as many
rows then cost four times as much; the first row of batch k follows from k and bs alone.
"""


class DataLoader:
    def __init__(self, ds, bs):
        if bs < 1:
            raise ValueError(f"bs must be at least 1, got {bs}")
        self.ds, self.bs = ds, bs

    def __iter__(self):
        n, k = len(self.ds), 0
        while k * self.bs < n:
            rows = [i for i in range(n) if k * self.bs <= i < (k + 1) * self.bs]
            yield self.ds[rows[0] : rows[-1] + 1]
            k += 1

    def __len__(self):
        return (len(self.ds) + self.bs - 1) // self.bs
