"""Fails: negative_integers_count_from_the_end, drawn_indices_match_torch. Says: You take every
int below 0 for an error. As with any Python sequence, -1 is the last example, and only
below -n does the dataset end.
"""


class Dataset:
    def __init__(self, x, y):
        if len(x) != len(y):
            raise ValueError(f"x has {len(x)} rows, y has {len(y)}")
        self.x, self.y = x, y

    def __len__(self):
        return len(self.x)

    def __getitem__(self, index):
        if isinstance(index, int) and not 0 <= index < len(self):
            raise IndexError(f"index {index} is outside a dataset of {len(self)} examples")
        return self.x[index], self.y[index]
