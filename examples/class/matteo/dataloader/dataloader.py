import math


class DataLoader:
    def __init__(self, ds, bs):
        if bs < 1:
            raise ValueError(f"bs must be at least 1, got {bs}")
        self.ds, self.bs = ds, bs

    def __iter__(self):
        batches = []
        for i in range(0, len(self.ds), self.bs):
            batches.append(self.ds[i:i + self.bs])
        return batches

    def __len__(self):
        return math.ceil(len(self.ds) / self.bs)
