"""Fails: slice_may_have_a_step, drawn_indices_match_torch, refused_indices_match_torch. Says:
You rebuild the slice from its start and stop and forget its step. Pass the slice on as it
is.
"""


class Dataset:
    def __init__(self, x, y):
        if len(x) != len(y):
            raise ValueError(f"x has {len(x)} rows, y has {len(y)}")
        self.x, self.y = x, y

    def __len__(self):
        return len(self.x)

    def __getitem__(self, index):
        if isinstance(index, slice):
            return self.x[index.start : index.stop], self.y[index.start : index.stop]
        return self.x[index], self.y[index]
