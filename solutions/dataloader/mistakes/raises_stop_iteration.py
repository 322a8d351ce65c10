"""Fails: last_batch_holds_the_rest, full_last_batch_ends_the_epoch,
every_epoch_gives_the_same_batches, iter_returns_an_iterator, batches_match_torch,
training_matches_torch. Says: Inside a generator, `raise StopIteration` becomes a
RuntimeError. A generator ends by reaching its end, or with a plain `return`.
"""

import math


class DataLoader:
    def __init__(self, ds, bs):
        if bs < 1:
            raise ValueError(f"bs must be at least 1, got {bs}")
        self.ds, self.bs = ds, bs

    def __iter__(self):
        i = 0
        while True:
            if i >= len(self.ds):
                raise StopIteration  # noqa: PLR1708 - this is the mistake
            yield self.ds[i : i + self.bs]
            i += self.bs

    def __len__(self):
        return math.ceil(len(self.ds) / self.bs)
