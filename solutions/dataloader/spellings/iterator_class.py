"""An iterator written by hand, one object for each epoch."""


class Epoch:
    def __init__(self, ds, bs):
        self.ds, self.bs, self.start = ds, bs, 0

    def __iter__(self):
        return self

    def __next__(self):
        if self.start >= len(self.ds):
            raise StopIteration
        batch = self.ds[self.start : self.start + self.bs]
        self.start += self.bs
        return batch


class DataLoader:
    def __init__(self, ds, bs):
        if bs < 1:
            raise ValueError(f"bs must be at least 1, got {bs}")
        self.ds, self.bs = ds, bs

    def __iter__(self):
        return Epoch(self.ds, self.bs)

    def __len__(self):
        return (len(self.ds) + self.bs - 1) // self.bs
