"""Fails: dtypes_and_shapes_match_torch, training_matches_torch. Says: Your loader turns
float64 and bfloat16 into float32. Dtypes are the dataset's decision: pass on what it
returns.
"""

import math


class DataLoader:
    def __init__(self, ds, bs):
        if bs < 1:
            raise ValueError(f"bs must be at least 1, got {bs}")
        self.ds, self.bs = ds, bs

    def __iter__(self):
        for i in range(0, len(self.ds), self.bs):
            batch = self.ds[i : i + self.bs]
            if isinstance(batch, tuple):
                batch = tuple(t.float() if t.is_floating_point() else t for t in batch)
            yield batch

    def __len__(self):
        return math.ceil(len(self.ds) / self.bs)
