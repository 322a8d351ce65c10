"""Experiments on a `Dataset`: they use it and return what they saw.

Slices do not travel between processes; the tuple (start, stop, step) stands for one.
"""

from itertools import islice

from torch.utils.data import DataLoader


def length(impl, x, y):
    """Return the length of a dataset."""
    return len(impl.Dataset(x, y))


def item(impl, x, y, index):
    """Return what *index* selects."""
    ds = impl.Dataset(x, y)
    return ds[slice(*index) if isinstance(index, tuple) else index]


def iteration(impl, x, y, limit):
    """Return what a `for` loop gets, cut after *limit* rounds."""
    return list(islice(iter(impl.Dataset(x, y)), limit))


def memory_is_shared(impl, x, y):
    """Return whether a slice looks at the memory of the columns."""
    part_x, part_y = impl.Dataset(x, y)[1:]
    return [part_x.data_ptr() == x[1:].data_ptr(), part_y.data_ptr() == y[1:].data_ptr()]


def batches(impl, x, y, bs):
    """Return the batches that torch's own loader makes."""
    loader = DataLoader(impl.Dataset(x, y), batch_size=bs)
    return [tuple(batch) for batch in islice(loader, len(x) + 1)]
