"""Rebuild the loop over mini-batches that `torch.utils.data.DataLoader` offers."""


class DataLoader:
    def __init__(self, ds, bs):
        if bs < 1:
            raise ValueError(f"bs must be at least 1, got {bs}")
        self.ds, self.bs = ds, bs

    def __iter__(self):
        for i in range(0, len(self.ds), self.bs):
            yield self.ds[i:i + self.bs]  # l'ultimo batch puo' essere piu' corto

    def __len__(self):
        # divisione arrotondata per eccesso
        return (len(self.ds) + self.bs - 1) // self.bs
