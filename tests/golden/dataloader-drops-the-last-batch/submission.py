class DataLoader:
    def __init__(self, ds, bs):
        if bs < 1:
            raise ValueError(f"bs must be at least 1, got {bs}")
        self.ds, self.bs = ds, bs

    def __iter__(self):
        for k in range(len(self)):
            yield self.ds[k * self.bs : (k + 1) * self.bs]

    def __len__(self):
        return len(self.ds) // self.bs
