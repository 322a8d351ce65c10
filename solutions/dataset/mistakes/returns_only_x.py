"""Fails: integer_gives_one_example. Says: An example is a pair. You return the features alone,
so nobody can learn what they stand for; return y[i] with x[i].
"""


class Dataset:
    def __init__(self, x, y):
        if len(x) != len(y):
            raise ValueError(f"x has {len(x)} rows, y has {len(y)}")
        self.x, self.y = x, y

    def __len__(self):
        return len(self.x)

    def __getitem__(self, index):
        return self.x[index]
