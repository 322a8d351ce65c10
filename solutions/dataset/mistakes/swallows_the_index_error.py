"""Fails: integer_outside_raises_index_error, for_loop_visits_every_example_once,
refused_indices_match_torch. Says: You catch the IndexError and return nothing. Python needs
this very error to end `for row in ds`, and a caller needs it to learn that the index was
wrong; let it pass.
"""


class Dataset:
    def __init__(self, x, y):
        if len(x) != len(y):
            raise ValueError(f"x has {len(x)} rows, y has {len(y)}")
        self.x, self.y = x, y

    def __len__(self):
        return len(self.x)

    def __getitem__(self, index):
        try:
            return self.x[index], self.y[index]
        except IndexError:
            return None
