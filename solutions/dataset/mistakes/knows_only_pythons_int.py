"""Fails: other_integers_give_one_example. Says: You take everything that is neither int nor
slice for a list. A NumPy integer is neither, and still one number; ask the columns instead
of asking for the type.
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
            index = torch.tensor(list(index))
        return self.x[index], self.y[index]
