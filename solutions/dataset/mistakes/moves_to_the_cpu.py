"""Fails: device_is_kept, lists_and_arrays_may_be_columns. Says: You bring every result to the
CPU. Columns that live on a GPU were put there on purpose; leave them where they are.
"""


class Dataset:
    def __init__(self, x, y):
        if len(x) != len(y):
            raise ValueError(f"x has {len(x)} rows, y has {len(y)}")
        self.x, self.y = x, y

    def __len__(self):
        return len(self.x)

    def __getitem__(self, index):
        return self.x[index].cpu(), self.y[index].cpu()
