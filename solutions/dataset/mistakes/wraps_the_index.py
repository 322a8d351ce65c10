"""Fails: integer_outside_raises_index_error, for_loop_visits_every_example_once. Says: You
bring every index into range with a modulo, so no index is ever wrong, and `for row in ds`
never ends: it waits for the IndexError that you took away.
"""


class Dataset:
    def __init__(self, x, y):
        if len(x) != len(y):
            raise ValueError(f"x has {len(x)} rows, y has {len(y)}")
        self.x, self.y = x, y

    def __len__(self):
        return len(self.x)

    def __getitem__(self, index):
        if isinstance(index, int):
            index %= len(self)
        return self.x[index], self.y[index]
