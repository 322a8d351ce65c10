"""Fails: length_follows_replaced_columns. Says: You count once, in `__init__`. When ds.x is
replaced, the number that you stored is still the old one; ask the column each time, it
costs nothing.
"""


class Dataset:
    def __init__(self, x, y):
        if len(x) != len(y):
            raise ValueError(f"x has {len(x)} rows, y has {len(y)}")
        self.x, self.y = x, y
        self.n = len(x)

    def __len__(self):
        return self.n

    def __getitem__(self, index):
        return self.x[index], self.y[index]
