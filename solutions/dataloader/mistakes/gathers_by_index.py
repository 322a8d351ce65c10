"""Fails: empty_dataset_gives_no_batch, each_batch_is_one_slice, any_dataset_will_do,
bs_may_be_a_numpy_integer, batches_match_torch. Says: A tensor of indices makes torch copy
every row, and a list does not understand it. The rows of a batch are neighbours, so a slice
can show them without a copy.
"""

import math

import torch


class DataLoader:
    def __init__(self, ds, bs):
        if bs < 1:
            raise ValueError(f"bs must be at least 1, got {bs}")
        self.ds, self.bs = ds, bs

    def __iter__(self):
        for rows in torch.arange(len(self.ds)).split(self.bs):
            yield self.ds[rows]

    def __len__(self):
        return math.ceil(len(self.ds) / self.bs)
