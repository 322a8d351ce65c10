"""torch's loader under the names of this exercise, as far as it runs in a cage: without workers.

Its own workers need queues, whose semaphores lie in shared memory, which a cage does not have.

Differs: the_thread_works_ahead, one_thread_fetches_everything, batches_are_made_in_workers.
"""

from torch.utils.data import DataLoader


class PrefetchLoader:
    """No thread at all; torch has one for pinned memory only."""

    def __init__(self, dl, n=2):
        self.dl, self.n = dl, n

    def __iter__(self):
        yield from self.dl

    def __len__(self):
        return len(self.dl)


class WorkerLoader:
    """torch's loader around lists of indices."""

    def __init__(self, ds, batches, n_workers=2, collate_fn=list):
        self.dl = DataLoader(ds, batch_sampler=batches, collate_fn=collate_fn)

    def __iter__(self):
        yield from self.dl

    def __len__(self):
        return len(self.dl)
