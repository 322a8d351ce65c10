"""Fails: empty_dataset_has_length_zero. Says: You refuse columns without rows. An empty
dataset is a fine dataset: its length is 0, and a loop over it ends at once.
"""


class Dataset:
    def __init__(self, x, y):
        if len(x) != len(y):
            raise ValueError(f"x has {len(x)} rows, y has {len(y)}")
        if not len(x):
            raise ValueError("a dataset needs at least one example")
        self.x, self.y = x, y

    def __len__(self):
        return len(self.x)

    def __getitem__(self, index):
        return self.x[index], self.y[index]
