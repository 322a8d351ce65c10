"""Fails: slice_is_a_window, lists_and_arrays_may_be_columns, example_and_slice_copy_nothing.
Says: You copy what you select. A slice of a tensor is a window that costs nothing; whoever
wants a copy can make one.
"""


class Dataset:
    def __init__(self, x, y):
        if len(x) != len(y):
            raise ValueError(f"x has {len(x)} rows, y has {len(y)}")
        self.x, self.y = x, y

    def __len__(self):
        return len(self.x)

    def __getitem__(self, index):
        return self.x[index].clone(), self.y[index].clone()
