"""torch's own samplers, collation and loader under the names and conventions of this exercise.

Differs: no_row_and_one_row.
"""

from torch.utils.data import BatchSampler as TorchBatchSampler
from torch.utils.data import DataLoader, RandomSampler, SequentialSampler
from torch.utils.data._utils.collate import collate as torch_collate
from torch.utils.data._utils.collate import default_collate_fn_map


class Sampler:
    """torch's sequential or random sampler."""

    def __init__(self, n, shuffle=False, generator=None):
        rows = range(n)
        self.sampler = (
            RandomSampler(rows, generator=generator) if shuffle else SequentialSampler(rows)
        )

    def __iter__(self):
        return iter(self.sampler)

    def __len__(self):
        return len(self.sampler)


class BatchSampler(TorchBatchSampler):
    """torch's batch sampler with this exercise's arguments."""

    def __init__(self, sampler, bs, drop_last=False):
        super().__init__(sampler, bs, drop_last)


def _columns(samples, *, collate_fn_map):
    # torch's collate makes a list of a tuple; this exercise keeps the tuple.
    if len({len(sample) for sample in samples}) > 1:
        raise RuntimeError("each element in list of batch should be of equal size")
    columns = zip(*samples, strict=True)
    return tuple(torch_collate(list(c), collate_fn_map=collate_fn_map) for c in columns)


def collate(samples):
    """torch's collate, which can be told what to do with a type."""
    return torch_collate(samples, collate_fn_map={tuple: _columns, **default_collate_fn_map})


class SampledLoader(DataLoader):
    """torch's loader around a batch sampler."""

    def __init__(self, ds, batch_sampler, collate_fn=collate):
        super().__init__(ds, batch_sampler=batch_sampler, collate_fn=collate_fn)
