"""Datasets that watch how they are used, and loops over a loader.

Every loop is bounded: a loader that never ends gives too many batches, not a hang.
"""

import gc
import random
import weakref
from itertools import islice

import torch

from autograder.probing import Operations, raised

_MANY = 1000


class Pairs:
    """Rows of two tensors, for every index that torch understands."""

    def __init__(self, x, y):
        self.x, self.y = x, y

    def __len__(self):
        return len(self.x)

    def __getitem__(self, i):
        return self.x[i], self.y[i]

    def grow(self, x, y):
        """Add rows at the end."""
        self.x, self.y = torch.cat([self.x, x]), torch.cat([self.y, y])


class Watched(Pairs):
    """Pairs that remember every index they were asked with."""

    def __init__(self, x, y):
        super().__init__(x, y)
        self.asked = []

    def __getitem__(self, i):
        self.asked.append((type(i).__name__, _rows_of(i, len(self))))
        return super().__getitem__(i)

    @property
    def rows(self):
        """Number of rows asked for so far, repetitions included."""
        return sum(rows for _, rows in self.asked)


class Shaped(Pairs):
    """Pairs whose rows come in another container."""

    def __init__(self, x, y, form):
        super().__init__(x, y)
        self.form = form

    def __getitem__(self, i):
        x, y = self.x[i], self.y[i]
        return {"dict": {"image": x, "label": y}, "triple": (x, y, x), "list": [x, y], "tensor": x}[
            self.form
        ]


class Minimal:
    """Rows behind `len` and an index, and nothing else."""

    __slots__ = ("__rows",)

    def __init__(self, rows):
        self.__rows = rows

    def __len__(self):
        return len(self.__rows)

    def __getitem__(self, i):
        return self.__rows[i]


class Broken(Pairs):
    """Pairs that cannot be read from the third question on."""

    def __init__(self, x, y, kind):
        super().__init__(x, y)
        self.kind, self.left = kind, 2

    def __getitem__(self, i):
        self.left -= 1
        if self.left < 0:
            raise {"IndexError": IndexError, "OSError": OSError}[self.kind]("unreadable row")
        return super().__getitem__(i)


class Remembered(list):
    """A batch that a weak reference can follow."""

    __slots__ = ("__weakref__",)


class Lending(Pairs):
    """Pairs that know which of their batches are still held by somebody."""

    def __init__(self, x, y):
        super().__init__(x, y)
        self.lent = []

    def __getitem__(self, i):
        batch = Remembered(super().__getitem__(i))
        self.lent.append(weakref.ref(batch))
        return batch


def _rows_of(i, n):
    """Return how many of *n* rows the index *i* selects."""
    if isinstance(i, slice):
        return len(range(n)[i])
    if isinstance(i, torch.Tensor):
        return int(i.sum()) if i.dtype == torch.bool else i.numel()
    return len(i) if hasattr(i, "__len__") else 1


def _drain(loader, most=_MANY):
    for _ in islice(loader, most):
        pass


def batches(impl, data, bs, most):
    """Return the first *most* batches of one epoch."""
    return list(islice(impl.DataLoader(Pairs(*data), bs), most))


def epochs_of_sizes(impl, sizes):
    """Return the rows of every batch, for each (n, bs) of *sizes*; row i of a dataset is i."""
    return [
        [batch[0] for batch in islice(impl.DataLoader(Pairs(rows, rows), bs), n + 2)]
        for n, bs in sizes
        for rows in [torch.arange(n)]
    ]


def lengths(impl, sizes):
    """Return `len(loader)` for each (n, bs) of *sizes*."""
    return [len(impl.DataLoader(Pairs(torch.arange(n), torch.arange(n)), bs)) for n, bs in sizes]


def questions_of_len(impl, data, bs):
    """Return how often `len(loader)` asked the dataset for rows."""
    ds = Watched(*data)
    len(impl.DataLoader(ds, bs))
    return len(ds.asked)


def length_before_and_after_growth(impl, data, bs, more):
    """Return `len(loader)`, and again after the dataset has grown."""
    ds = Pairs(*data)
    loader = impl.DataLoader(ds, bs)
    before = len(loader)
    ds.grow(*more)
    return [before, len(loader)]


def epoch_after_growth(impl, data, bs, more, most):
    """Run one epoch, and return the first *most* batches of another after the dataset has grown."""
    ds = Pairs(*data)
    loader = impl.DataLoader(ds, bs)
    _drain(loader)
    ds.grow(*more)
    return list(islice(loader, most))


def epochs(impl, data, bs, times):
    """Return the batches of *times* epochs over one loader."""
    loader = impl.DataLoader(Pairs(*data), bs)
    return [list(islice(loader, _MANY)) for _ in range(times)]


def interleaved(impl, data, bs, turns):
    """Return what two loops over one loader got, the loops taking turns as *turns* says."""
    loader = impl.DataLoader(Pairs(*data), bs)
    loops = [iter(loader), iter(loader)]
    got = [[], []]
    for turn in turns:
        got[turn].append(next(loops[turn], None))
    return got


def after_a_break(impl, data, bs, taken, most):
    """Leave a loop after *taken* batches and return the first *most* batches of the next one."""
    loader = impl.DataLoader(Pairs(*data), bs)
    for k, _ in enumerate(loader, start=1):
        if k == taken:
            break
    return list(islice(loader, most))


def iterator_behaviour(impl, data, bs):
    """Return what `iter(loader)` gives, used as Python's loops use an iterator."""
    iterator = iter(impl.DataLoader(Pairs(*data), bs))
    error = raised(iter, iterator)
    for _ in range(_MANY):
        if next(iterator, None) is None:
            break
    return {
        "error of iter(iterator)": error,
        "iter(iterator) is iterator": error is None and iter(iterator) is iterator,
        "ends for good": next(iterator, None) is None and next(iterator, None) is None,
    }


def rows_asked_so_far(impl, data, bs, steps):
    """Return how many rows were asked for after `iter(loader)` and after each of *steps* `next`."""
    ds = Watched(*data)
    iterator = iter(impl.DataLoader(ds, bs))
    rows = [ds.rows]
    for _ in range(steps):
        next(iterator)
        rows.append(ds.rows)
    return rows


def kinds_of_questions(impl, data, bs, most):
    """Return the kind of every index that the dataset was asked with for *most* batches."""
    ds = Watched(*data)
    _drain(impl.DataLoader(ds, bs), most)
    return [kind for kind, _ in ds.asked]


def shaped_batches(impl, data, bs, form, most):
    """Return the batches of a dataset that hands out its rows as *form*."""
    return list(islice(impl.DataLoader(Shaped(*data, form), bs), most))


def batches_of_minimal(impl, rows, bs, most):
    """Return the batches of a dataset that offers `len` and an index only."""
    return list(islice(impl.DataLoader(Minimal(rows), bs), most))


def batches_of_plain(impl, rows, bs, most):
    """Return the batches of *rows* itself, a list or a string."""
    return list(islice(impl.DataLoader(rows, bs), most))


def memory_shared(impl, data, bs, most):
    """Return, for each of *most* batches, whether its two tensors lie in the dataset's memory."""
    homes = [t.untyped_storage().data_ptr() for t in data]
    return [
        [t.untyped_storage().data_ptr() == home for t, home in zip(batch, homes, strict=True)]
        for batch in islice(impl.DataLoader(Pairs(*data), bs), most)
    ]


def dataset_afterwards(impl, data, bs, most):
    """Return what a dataset looks like after *most* batches."""
    ds = Pairs(*data)
    versions = [t._version for t in data]  # noqa: SLF001 - torch's own counter of writes
    _drain(impl.DataLoader(ds, bs), most)
    return {
        "x": ds.x,
        "y": ds.y,
        "attributes": sorted(vars(ds)),
        "written": versions != [t._version for t in data],  # noqa: SLF001
    }


def batches_with_numpy_bs(impl, data, bs, most):
    """Return the batches where `bs` is a NumPy integer, as it comes out of an array."""
    numpy_bs = torch.tensor(bs).numpy()[()]
    return list(islice(impl.DataLoader(Pairs(*data), numpy_bs), most))


def error_in_the_loop(impl, data, bs, kind):
    """Return the name of the exception that a loop over an unreadable dataset raises."""
    return raised(_drain, impl.DataLoader(Broken(*data, kind), bs))


def batches_alive_afterwards(impl, data, bs, most):
    """Return how many batches exist after a loop that kept none, the loader being alive."""
    ds = Lending(*data)
    loader = impl.DataLoader(ds, bs)
    _drain(loader, most)
    gc.collect(1)  # young cycles only: with torch loaded, a full collection takes 0.2 s
    return sum(ref() is not None for ref in ds.lent)


def torch_state(impl, data, bs, most):
    """Return what a loop does to the random generators and to the recording of gradients."""
    torch.rand(3)  # away from a freshly seeded state, which a loader could restore by accident
    random.random()  # noqa: S311 - no secret, just a generator in use
    before, plain_before = torch.get_rng_state(), random.getstate()
    loader = impl.DataLoader(Pairs(*data), bs)
    recording = [torch.is_grad_enabled() for _ in islice(loader, most)]
    return {
        "torch": torch.equal(before, torch.get_rng_state()),
        "random": plain_before == random.getstate(),
        "recording": recording,
        "recording afterwards": torch.is_grad_enabled(),
    }


def cost_of_batches(impl, data, bs, most):
    """Return operators run, elements copied and rows asked for for *most* batches."""
    ds = Watched(*data)
    loader = impl.DataLoader(ds, bs)
    with Operations() as operations:
        _drain(loader, most)
    return {**operations.summary(), "rows": ds.rows}


def trained(impl, data, bs, lr, times):
    """Return weights and losses of a linear model that was trained batch by batch."""
    w = torch.zeros(data[0].shape[1], dtype=data[0].dtype, requires_grad=True)
    loader = impl.DataLoader(Pairs(*data), bs)
    losses = []
    for _ in range(times):
        for xb, yb in islice(loader, _MANY):
            loss = ((xb @ w - yb) ** 2).mean()
            (gradient,) = torch.autograd.grad(loss, w)
            with torch.no_grad():
                w -= lr * gradient
            losses.append(loss.item())
    return {"w": w, "losses": losses}
