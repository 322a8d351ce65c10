"""Small experiments on a loader; every loop is bounded."""

from itertools import islice


class Pairs:
    """Rows of two tensors that remember how often they were asked."""

    def __init__(self, x, y):
        self.x, self.y, self.questions = x, y, 0

    def __len__(self):
        return self.x.shape[0]

    def __getitem__(self, i):
        self.questions += 1
        return self.x[i], self.y[i]


def batches(impl, x, y, bs):
    """Return the batches of one epoch, or the first 50."""
    return list(islice(impl.DataLoader(Pairs(x, y), bs), 50))


def length(impl, x, y, bs):
    """Return `len(loader)`."""
    return len(impl.DataLoader(Pairs(x, y), bs))


def two_epochs(impl, x, y, bs):
    """Return the batches of two loops over one loader."""
    loader = impl.DataLoader(Pairs(x, y), bs)
    return [list(islice(loader, 50)), list(islice(loader, 50))]


def zipped(impl, x, y, bs):
    """Return the pairs of batches of `zip(loader, loader)`."""
    loader = impl.DataLoader(Pairs(x, y), bs)
    return list(islice(zip(loader, loader, strict=True), 50))


def questions_for_one_batch(impl, x, y, bs):
    """Return how often the dataset was asked when the loop had its first batch."""
    ds = Pairs(x, y)
    next(iter(impl.DataLoader(ds, bs)))
    return ds.questions


def batches_of_list(impl, rows, bs):
    """Return the batches of a plain list."""
    return list(islice(impl.DataLoader(rows, bs), 50))
