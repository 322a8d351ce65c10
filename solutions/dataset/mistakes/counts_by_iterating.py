"""Fails: length_costs_nothing. Says: You visit every example to count them. The column knows
its length without looking at a row.
"""


class Dataset:
    def __init__(self, x, y):
        if len(x) != len(y):
            raise ValueError(f"x has {len(x)} rows, y has {len(y)}")
        self.x, self.y = x, y

    def __len__(self):
        return sum(1 for _ in self)

    def __getitem__(self, index):
        return self.x[index], self.y[index]
