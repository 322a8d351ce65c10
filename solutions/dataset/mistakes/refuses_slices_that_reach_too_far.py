"""Fails: slice_is_clipped. Says: You raise an error when a slice ends beyond the last row.
Slices are clipped: this is how the short last batch of an epoch comes about.
"""


class Dataset:
    def __init__(self, x, y):
        if len(x) != len(y):
            raise ValueError(f"x has {len(x)} rows, y has {len(y)}")
        self.x, self.y = x, y

    def __len__(self):
        return len(self.x)

    def __getitem__(self, index):
        if isinstance(index, slice) and (index.stop or 0) > len(self.x):
            raise IndexError("the slice ends beyond the last example")
        return self.x[index], self.y[index]
