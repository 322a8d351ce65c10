import math


class DataLoader:
    def __init__(self, ds, bs):
        if bs < 1:
            raise ValueError(f"bs must be at least 1, got {bs}")
        self.ds, self.bs = ds, bs

    def __iter__(self):
        for i in range(0, len(self.ds), self.bs):
            if i + self.bs > len(self.ds):
                break  # questo batch sarebbe piu' piccolo degli altri
            yield self.ds[i:i + self.bs]

    def __len__(self):
        return math.ceil(len(self.ds) / self.bs)
