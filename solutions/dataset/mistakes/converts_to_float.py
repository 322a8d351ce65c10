"""Fails: dtype_and_further_dimensions_are_kept, lists_and_arrays_may_be_columns. Says: You
make float32 of every x. The dataset passes its columns on as they are; whoever built them
chose their dtype.
"""


class Dataset:
    def __init__(self, x, y):
        if len(x) != len(y):
            raise ValueError(f"x has {len(x)} rows, y has {len(y)}")
        self.x, self.y = x, y

    def __len__(self):
        return len(self.x)

    def __getitem__(self, index):
        return self.x[index].float(), self.y[index]
