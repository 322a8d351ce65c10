"""Fails: state_of_torch_is_left_alone. Says: A seed set inside the loader resets the random
numbers of the whole program in each epoch: dropout would draw the same pattern again and
again. Nothing here is random, so nothing needs a seed.
"""

import math

import torch


class DataLoader:
    def __init__(self, ds, bs):
        if bs < 1:
            raise ValueError(f"bs must be at least 1, got {bs}")
        self.ds, self.bs = ds, bs

    def __iter__(self):
        torch.manual_seed(0)
        for i in range(0, len(self.ds), self.bs):
            yield self.ds[i : i + self.bs]

    def __len__(self):
        return math.ceil(len(self.ds) / self.bs)
