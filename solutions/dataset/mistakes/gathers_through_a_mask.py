"""Fails: list_or_index_tensor_gathers_in_order. Says: You set the wanted rows to True in a
mask and select with it: that gives each row once, in the order of the dataset. A list asks
for its own order, and may ask for a row twice.
"""

import torch


class Dataset:
    def __init__(self, x, y):
        if len(x) != len(y):
            raise ValueError(f"x has {len(x)} rows, y has {len(y)}")
        self.x, self.y = x, y

    def __len__(self):
        return len(self.x)

    def __getitem__(self, index):
        if isinstance(index, list) or (
            isinstance(index, torch.Tensor) and index.ndim and index.dtype != torch.bool
        ):
            mask = torch.zeros(len(self.x), dtype=torch.bool)
            mask[index] = True
            index = mask
        return self.x[index], self.y[index]
