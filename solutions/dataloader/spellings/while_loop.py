"""A position that moves on until the end; the count is a quotient and a remainder."""


class DataLoader:
    def __init__(self, ds, bs):
        if bs < 1:
            raise ValueError(f"bs must be at least 1, got {bs}")
        self.ds, self.bs = ds, bs

    def __iter__(self):
        start = 0
        while start < len(self.ds):
            stop = start + self.bs
            yield self.ds[start:stop]
            start = stop

    def __len__(self):
        full, rest = divmod(len(self.ds), self.bs)
        return full + (rest > 0)
