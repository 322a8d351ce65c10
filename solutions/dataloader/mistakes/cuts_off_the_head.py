"""Fails: batches_are_made_on_demand, each_batch_is_one_slice, any_dataset_will_do,
no_row_is_copied_twice, cost_grows_with_the_rows. Says: After each batch all remaining rows
are copied, so the cost grows with the square of the length. Leave the rows where they are
and move two numbers instead: start and stop.
"""

import math


class DataLoader:
    def __init__(self, ds, bs):
        if bs < 1:
            raise ValueError(f"bs must be at least 1, got {bs}")
        self.ds, self.bs = ds, bs

    def __iter__(self):
        x, y = self.ds[:]
        while len(x):
            yield x[: self.bs], y[: self.bs]
            x, y = x[self.bs :].clone(), y[self.bs :].clone()

    def __len__(self):
        return math.ceil(len(self.ds) / self.bs)
