"""Fails: torch_loader_and_split_accept_the_dataset. Says: You add `__getitems__`, which
torch's loader prefers where it exists, and return one batch from it. The loader expects a
list of examples there; leave the method out, or return [self[i] for i in indices].
"""


class Dataset:
    def __init__(self, x, y):
        if len(x) != len(y):
            raise ValueError(f"x has {len(x)} rows, y has {len(y)}")
        self.x, self.y = x, y

    def __len__(self):
        return len(self.x)

    def __getitem__(self, index):
        return self.x[index], self.y[index]

    def __getitems__(self, indices):
        return self.x[indices], self.y[indices]
