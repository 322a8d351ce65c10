"""Full batches first, then the short one where there is a rest."""


class DataLoader:
    def __init__(self, ds, bs):
        if bs < 1:
            raise ValueError(f"bs must be at least 1, got {bs}")
        self.ds, self.bs = ds, bs

    def __iter__(self):
        n = len(self.ds)
        rest = n % self.bs
        for i in range(0, n - rest, self.bs):
            batch = self.ds[i : i + self.bs]
            yield batch
        if rest:
            yield self.ds[-rest:]

    def __len__(self):
        n = len(self.ds) // self.bs
        if len(self.ds) % self.bs != 0:
            n += 1
        return n
