"""Batches by number, with a `map` over slices, and `__len__` as the one place that counts."""


class DataLoader:
    def __init__(self, ds, bs):
        if bs < 1:
            raise ValueError(f"bs must be at least 1, got {bs}")
        self.ds, self.bs = ds, bs

    def __iter__(self):
        slices = (slice(k * self.bs, (k + 1) * self.bs) for k in range(len(self)))
        return map(self.ds.__getitem__, slices)

    def __len__(self):
        return len(range(0, len(self.ds), self.bs))
