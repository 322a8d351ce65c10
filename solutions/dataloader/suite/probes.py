"""Datasets that watch how they are used, and loops over a loader.

Every loop is bounded: a loader that never ends gives too many batches, not a hang. Nearly all
probes use one class of dataset, which always watches, and return beside a fact the batches that
came with it: so that no loader can tell when it is watched, or be right without giving batches.
"""

import gc
import random
import weakref
from itertools import islice

import torch

from autograder.probing import Operations, raised, tensor_attribute

_MANY = 1000
_ref = weakref.ref

# Bound before the submission is read: a name in a module may be made to say anything.
_version = tensor_attribute("_version").__get__  # torch's own counter of writes
_recording = torch.is_grad_enabled
_state_of_torch, _state_of_python = torch.get_rng_state, random.getstate


class Pairs:
    """Rows of two tensors, for every index that torch understands; remembers who asked for what."""

    __slots__ = ("__dict__", "asked", "lent")  # no attributes that `vars` would show

    def __init__(self, x, y):
        self.x, self.y = x, y
        self.asked = []
        self.lent = []

    def __len__(self):
        return len(self.x)

    def __getitem__(self, i):
        self.asked.append(i)  # and no more than that: loaders are timed with it
        x, y = self.x[i], self.y[i]
        self.lent.append((_ref(x), _ref(y)))
        return x, y

    def grow(self, x, y):
        """Add rows at the end."""
        self.x, self.y = torch.cat([self.x, x]), torch.cat([self.y, y])

    @property
    def rows(self):
        """Number of rows asked for so far, repetitions included."""
        return sum(_rows_of(i, len(self)) for i in self.asked)

    @property
    def held(self):
        """Number of answers of which somebody still holds a part."""
        return sum(any(part() is not None for part in parts) for parts in self.lent)


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
    """Return `len(loader)`, and how often it asked the dataset for rows."""
    ds = Pairs(*data)
    return {"len": len(impl.DataLoader(ds, bs)), "asked": len(ds.asked)}


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
    """Return the batches of *times* epochs over one loader, and whether it is its own iterator."""
    loader = impl.DataLoader(Pairs(*data), bs)
    batches = [list(islice(loader, _MANY)) for _ in range(times)]
    return {"batches": batches, "its_own_iterator": iter(loader) is loader}


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
    got = []
    for _ in range(_MANY):
        batch = next(iterator, None)
        if batch is None:
            break
        got.append(batch)
    return {
        "batches": got,
        "error of iter(iterator)": error,
        "iter(iterator) is iterator": error is None and iter(iterator) is iterator,
        "ends for good": next(iterator, None) is None and next(iterator, None) is None,
    }


def rows_asked_so_far(impl, data, bs, steps):
    """Return how many rows were asked for after `iter(loader)` and after each of *steps* `next`."""
    ds = Pairs(*data)
    iterator = iter(impl.DataLoader(ds, bs))
    rows, got = [ds.rows], []
    for _ in range(steps):
        got.append(next(iterator))
        rows.append(ds.rows)
    return {"rows": rows, "batches": got}


def kinds_of_questions(impl, data, bs, most):
    """Return *most* batches, and the kind of every index that the dataset was asked with for them."""
    ds = Pairs(*data)
    got = list(islice(impl.DataLoader(ds, bs), most))
    return {"kinds": [type(i).__name__ for i in ds.asked], "batches": got}


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
    """Return *most* batches, and for each whether its two tensors lie in the dataset's memory.

    Zeros are written into the dataset after the loop: what shares its memory is zero then.
    """
    got = list(islice(impl.DataLoader(Pairs(*data), bs), most))
    before = [[t.clone() for t in batch] for batch in got]
    for column in data:
        column.zero_()
    return {"batches": [tuple(batch) for batch in before], "afterwards": got}


def dataset_afterwards(impl, data, bs, most):
    """Return *most* batches, and what a dataset looks like after them."""
    ds = Pairs(*data)
    versions = [_version(t) for t in data]
    got = list(islice(impl.DataLoader(ds, bs), most))
    return {
        "batches": got,
        "x": ds.x,
        "y": ds.y,
        "attributes": sorted(vars(ds)),
        "written": versions != [_version(t) for t in data],
    }


def batches_with_numpy_bs(impl, data, bs, most):
    """Return the batches where `bs` is a NumPy integer, as it comes out of an array."""
    numpy_bs = torch.tensor(bs).numpy()[()]
    return list(islice(impl.DataLoader(Pairs(*data), numpy_bs), most))


def error_in_the_loop(impl, data, bs, kind):
    """Return the name of the exception that a loop over an unreadable dataset raises."""
    return raised(_drain, impl.DataLoader(Broken(*data, kind), bs))


def batches_alive_afterwards(impl, data, bs, most):
    """Return how many batches came, and how many exist afterwards, the loader being alive."""
    ds = Pairs(*data)
    loader = impl.DataLoader(ds, bs)
    rows = [len(batch[0]) for batch in islice(loader, most)]
    gc.collect(1)  # young cycles only: with torch loaded, a full collection takes 0.2 s
    return {"rows": rows, "held": ds.held}


def torch_state(impl, data, bs, most):
    """Return what a loop does to the random generators and to the recording of gradients."""
    torch.rand(3)  # away from a freshly seeded state, which a loader could restore by accident
    random.random()  # noqa: S311 - no secret, just a generator in use
    before, plain_before = _state_of_torch(), _state_of_python()
    loader = impl.DataLoader(Pairs(*data), bs)
    got, recording = [], []
    for batch in islice(loader, most):
        got.append(batch)
        recording.append(_recording())
    return {
        "batches": got,
        "torch": torch.equal(before, _state_of_torch()),
        "random": plain_before == _state_of_python(),
        "recording": recording,
        "recording afterwards": _recording(),
    }


def cost_of_batches(impl, data, bs, most):
    """Return *most* batches, and the operators run, elements copied and rows asked for for them."""
    ds = Pairs(*data)
    loader = impl.DataLoader(ds, bs)
    with Operations() as operations:
        got = list(islice(loader, most))
    return {**operations.summary(), "rows": ds.rows, "batches": got}


def big_epoch(impl, rows, width, bs):
    """Take all batches but the last of many rows; return how many rows came, and the sum of firsts."""
    x = torch.arange(float(rows))[:, None].expand(rows, width).clone()
    count, firsts = 0, 0.0
    for batch in islice(impl.DataLoader(Pairs(x, x[:, 0]), bs), rows // bs - 1):
        count += len(batch[0])
        firsts += float(batch[0][0, -1])
    return {"rows": count, "firsts": firsts}


def trained(impl, data, bs, lr, times):
    """Return weights and losses of a linear model that was trained batch by batch."""
    w = data[0].new_zeros(data[0].shape[1]).requires_grad_()
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


def epochs_of_digits(impl, repeats, seed, rows, width, bs, device="cpu"):
    """Time *repeats* epochs, each over a dataset of its own; return the sums of one's batches."""
    generator = torch.Generator().manual_seed(seed)
    across = torch.randn(width, generator=generator).to(device)
    x = torch.randn(rows + repeats, 1, generator=generator).to(device) + across
    y = torch.randint(10, (rows + repeats,), generator=generator).to(device)
    loaders = [impl.DataLoader(Pairs(x[k : k + rows], y[k : k + rows]), bs) for k in range(repeats)]
    looked_at = int(torch.randint(repeats, (), generator=generator))
    yield
    batches, kept = 0, []
    for k, loader in enumerate(loaders):
        for batch in islice(loader, rows):
            batches += 1
            if k == looked_at:
                kept.append(batch)
    return {
        "batches": batches,
        "sums": [[xb.sum(dtype=torch.float64), yb.sum()] for xb, yb in kept],
    }
