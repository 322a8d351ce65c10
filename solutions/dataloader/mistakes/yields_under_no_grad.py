"""Fails: state_of_torch_is_left_alone, training_matches_torch. Says: A generator pauses at
`yield` while the loop body runs, and your `no_grad` stays in force there: nothing that the
body computes can be differentiated. A slice needs no such block.
"""

import math

import torch


class DataLoader:
    def __init__(self, ds, bs):
        if bs < 1:
            raise ValueError(f"bs must be at least 1, got {bs}")
        self.ds, self.bs = ds, bs

    def __iter__(self):
        with torch.no_grad():
            for i in range(0, len(self.ds), self.bs):
                yield self.ds[i : i + self.bs]

    def __len__(self):
        return math.ceil(len(self.ds) / self.bs)
