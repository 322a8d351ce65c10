"""Fails: dataset_can_be_pickled. Says: You keep a lambda in self. A dataset travels to worker
processes as a pickle, and a lambda cannot travel; a method can do the same.
"""


class Dataset:
    def __init__(self, x, y):
        if len(x) != len(y):
            raise ValueError(f"x has {len(x)} rows, y has {len(y)}")
        self.x, self.y = x, y
        self.select = lambda index: (self.x[index], self.y[index])

    def __len__(self):
        return len(self.x)

    def __getitem__(self, index):
        return self.select(index)
