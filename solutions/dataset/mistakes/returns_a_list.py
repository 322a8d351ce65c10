"""Fails: result_is_a_tuple. Says: You return a list of two. A pair that is unpacked, compared
or collated is a tuple: write a comma without brackets.
"""


class Dataset:
    def __init__(self, x, y):
        if len(x) != len(y):
            raise ValueError(f"x has {len(x)} rows, y has {len(y)}")
        self.x, self.y = x, y

    def __len__(self):
        return len(self.x)

    def __getitem__(self, index):
        return [self.x[index], self.y[index]]
