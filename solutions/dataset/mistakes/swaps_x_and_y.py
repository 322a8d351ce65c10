"""Fails: integer_gives_one_example. Says: You return the label first. A loop that writes `for
xb, yb in ds` would feed labels to the model; the order is (x, y).
"""


class Dataset:
    def __init__(self, x, y):
        if len(x) != len(y):
            raise ValueError(f"x has {len(x)} rows, y has {len(y)}")
        self.x, self.y = x, y

    def __len__(self):
        return len(self.x)

    def __getitem__(self, index):
        return self.y[index], self.x[index]
