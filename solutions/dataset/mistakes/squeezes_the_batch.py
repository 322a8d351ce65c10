"""Fails: slice_gives_a_batch, list_or_index_tensor_gathers_in_order. Says: You squeeze what
you select, and a batch of one row loses its first dimension. A slice always gives a batch,
even of one row, or of none.
"""


class Dataset:
    def __init__(self, x, y):
        if len(x) != len(y):
            raise ValueError(f"x has {len(x)} rows, y has {len(y)}")
        self.x, self.y = x, y

    def __len__(self):
        return len(self.x)

    def __getitem__(self, index):
        return self.x[index].squeeze(), self.y[index].squeeze()
