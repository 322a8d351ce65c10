"""Fails: bool_mask_keeps_the_rows_that_are_true, drawn_indices_match_torch,
refused_indices_match_torch. Says: You turn a mask of True and False into the numbers 1 and
0 and fetch rows 1 and 0. A mask says which rows to keep; index the columns with the mask
itself.
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
        if not isinstance(index, int | slice):
            index = torch.as_tensor(index).long()
        return self.x[index], self.y[index]
