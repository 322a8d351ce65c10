"""Fails: two_loops_do_not_disturb_each_other, new_loop_after_a_break_starts_at_the_first_row,
iter_returns_an_iterator. Says: The position goes back to zero only when a loop has run to
its end. After a `break` the next loop carries on in the middle, and two loops at once share
one position.
"""

import math


class DataLoader:
    def __init__(self, ds, bs):
        if bs < 1:
            raise ValueError(f"bs must be at least 1, got {bs}")
        self.ds, self.bs = ds, bs
        self.start = 0

    def __iter__(self):
        return self

    def __len__(self):
        return math.ceil(len(self.ds) / self.bs)

    def __next__(self):
        if self.start >= len(self.ds):
            self.start = 0
            raise StopIteration
        self.start += self.bs
        return self.ds[self.start - self.bs : self.start]
