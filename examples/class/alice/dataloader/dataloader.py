class DataLoader:
    def __init__(self, ds, bs):
        if bs < 1:
            raise ValueError(f"bs must be at least 1, got {bs}")
        self.ds, self.bs = ds, bs

    def __iter__(self):
        # numero di batch = righe / dimensione del batch
        n_batch = len(self.ds) // self.bs
        for k in range(n_batch):
            inizio = k * self.bs
            yield self.ds[inizio:inizio + self.bs]

    def __len__(self):
        return len(self.ds) // self.bs
