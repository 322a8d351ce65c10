"""Fails: refused_indices_match_torch. Says: You let a slice run backwards by gathering its
rows. A tensor refuses a negative step, because a window cannot run backwards; the dataset
promises the same error.
"""


class Dataset:
    def __init__(self, x, y):
        if len(x) != len(y):
            raise ValueError(f"x has {len(x)} rows, y has {len(y)}")
        self.x, self.y = x, y

    def __len__(self):
        return len(self.x)

    def __getitem__(self, index):
        if isinstance(index, slice) and (index.step or 1) < 0:
            index = list(range(*index.indices(len(self.x))))
        return self.x[index], self.y[index]
