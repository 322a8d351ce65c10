"""`__iter__` returns a generator expression; `__len__` rounds up with a floor division."""


class DataLoader:
    def __init__(self, ds, bs):
        if bs < 1:
            raise ValueError(f"bs must be at least 1, got {bs}")
        self.ds, self.bs = ds, bs

    def __iter__(self):
        n, bs = len(self.ds), self.bs
        return (self.ds[i : min(i + bs, n)] for i in range(0, n, bs))

    def __len__(self):
        return -(-len(self.ds) // self.bs)  # noqa: PLE0303 - two minus signs: not negative
