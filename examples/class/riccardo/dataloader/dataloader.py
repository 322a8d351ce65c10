import math


class DataLoader:
    def __init__(self, ds, bs):
        if bs < 1:
            raise ValueError(f"bs must be at least 1, got {bs}")
        self.ds, self.bs = ds, bs
        # preparo subito i batch, cosi' __iter__ e' velocissimo
        self.batch = (ds[i:i + bs] for i in range(0, len(ds), bs))

    def __iter__(self):
        return self.batch

    def __len__(self):
        return math.ceil(len(self.ds) / self.bs)
