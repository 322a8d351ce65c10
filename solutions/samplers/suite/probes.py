"""Samplers, datasets and collate functions that watch how they are used.

Every loop is bounded: an iterator that never ends gives too much, not a hang. What one part of
the exercise needs of another (indices, lists of indices, a collate function) comes from here.
"""

import copy
import random
from itertools import islice

import numpy as np
import torch

from autograder.probing import Operations, raised

_MANY = 1000


class Pairs:
    """Rows of two tensors, behind `len` and a single index."""

    def __init__(self, x, y):
        self.__x, self.__y, self.asked = x, y, []

    def __len__(self):
        return len(self.__x)

    def __getitem__(self, i):
        self.asked.append((type(i).__name__, i if type(i) is int else None))
        return self.__x[i], self.__y[i]


class Labelled:
    """Pairs of a row of a tensor and a number, which cost little to read."""

    def __init__(self, x, y):
        self.x, self.y = x, y

    def __len__(self):
        return len(self.y)

    def __getitem__(self, i):
        return self.x[i], self.y[i]


class Broken(Pairs):
    """Pairs of which one row cannot be read."""

    def __init__(self, x, y, kind, row):
        super().__init__(x, y)
        self.kind, self.row = kind, row

    def __getitem__(self, i):
        if i == self.row:
            raise {"IndexError": IndexError, "KeyError": KeyError, "OSError": OSError}[self.kind](i)
        return super().__getitem__(i)


class Epochs:
    """Lists of indices, another epoch at every loop, which remember how many were taken."""

    def __init__(self, epochs):
        self.__epochs, self.__turn, self.taken = epochs, 0, 0

    def __iter__(self):
        epoch = self.__epochs[self.__turn % len(self.__epochs)]
        self.__turn += 1
        for item in epoch:
            self.taken += 1
            yield copy.copy(item)

    def __len__(self):
        return len(self.__epochs[0])


class Unsized:
    """An iterable that knows nothing but its items."""

    __slots__ = ("__items",)

    def __init__(self, items):
        self.__items = items

    def __iter__(self):
        yield from self.__items


def columns(samples):
    """Stack samples that are pairs of tensors."""
    xs, ys = zip(*samples, strict=True)
    return torch.stack(xs), torch.stack(ys)


def _first(iterable, most=_MANY):
    return list(islice(iterable, most))


def _lists(batches, most=_MANY):
    """Return the lists of indices as they are when they come."""
    return [list(batch) for batch in islice(batches, most)]


def _epoch(sampler, most=_MANY):
    """Return the indices of one epoch as plain integers."""
    return [int(i) for i in islice(sampler, most)]


def _seeded(seed):
    return torch.Generator().manual_seed(seed)


def orders(impl, *, n, shuffle, seed, times, most=_MANY):
    """Return the first *most* indices of *times* epochs of one sampler."""
    sampler = impl.Sampler(n, shuffle, _seeded(seed))
    return [_epoch(sampler, most) for _ in range(times)]


def kinds_of_indices(impl, n, seed):
    """Return the types of the indices, in order and shuffled."""
    samplers = (impl.Sampler(n), impl.Sampler(n, True, _seeded(seed)))
    return [sorted({type(i).__name__ for i in islice(s, _MANY)}) for s in samplers]


def orders_of_two_samplers(impl, n, seeds, times):
    """Return *times* epochs of a sampler for each of *seeds*, one sampler after the other."""
    seen = []
    for seed in seeds:
        sampler = impl.Sampler(n, True, _seeded(seed))
        seen.append([_epoch(sampler) for _ in range(times)])
    return seen


def orders_under_global_seeds(impl, n, seeds):
    """Return an epoch of a sampler without a generator after each `torch.manual_seed`."""
    seen = []
    for seed in seeds:
        torch.manual_seed(seed)
        seen.append(_epoch(impl.Sampler(n, shuffle=True)))
    return seen


def global_generators(impl, n, seed):
    """Return which global generators are as they were after epochs of two samplers."""
    torch.rand(3), random.random(), np.random.rand()  # noqa: S311, NPY002 - in use, not fresh
    before = torch.get_rng_state(), random.getstate(), np.random.get_state()[1].tolist()  # noqa: NPY002
    for sampler in (impl.Sampler(n), impl.Sampler(n, True, _seeded(seed))):
        _epoch(sampler)
    return {
        "torch": torch.equal(before[0], torch.get_rng_state()),
        "random": before[1] == random.getstate(),
        "numpy": before[2] == np.random.get_state()[1].tolist(),  # noqa: NPY002
    }


def interleaved_orders(impl, n, shuffle, seed):
    """Return what two loops over one sampler got, the second starting half-way in the first."""
    sampler = impl.Sampler(n, shuffle, _seeded(seed))
    loops = [iter(sampler), iter(sampler)]
    got = [[], []]
    for loop in [0] * (n // 2) + [1, 0] * (n - n // 2) + [1] * (n // 2):
        i = next(loops[loop], None)
        got[loop].append(None if i is None else int(i))
    return got


def batches_of(impl, *, items, bs, drop_last, most, kind="a list"):
    """Return the first *most* lists that are cut from *items*, as they were when they came."""
    make = {
        "a list": list,
        "a tuple": tuple,
        "an iterable without len": Unsized,
        "the keys of a dict": dict.fromkeys,
    }[kind]
    batches = impl.BatchSampler(make(items), bs, drop_last)
    return _lists(batches, most)


def batches_of_sizes(impl, sizes, drop_last):
    """Return the lists of one epoch for each (n, bs) of *sizes*."""
    return [_lists(impl.BatchSampler(range(n), bs, drop_last), n + 2) for n, bs in sizes]


def lists_kept(impl, n, bs, most):
    """Return the types of the lists, and the lists after the loop has written into each."""
    seen = []
    for batch in islice(impl.BatchSampler(range(n), bs), most):
        seen.append((type(batch).__name__, batch))
        if isinstance(batch, list):
            batch.append(-1)
    return {"kinds": sorted({kind for kind, _ in seen}), "lists": [list(b) for _, b in seen]}


def indices_taken(impl, n, bs, steps):
    """Return how many indices the sampler had given after `iter` and after each of *steps* lists."""
    source = Epochs([list(range(n))])
    loop = iter(impl.BatchSampler(source, bs))
    taken = [source.taken]
    for _ in range(steps):
        next(loop)
        taken.append(source.taken)
    return taken


def epochs_of_batches(impl, epochs, bs, most):
    """Return the first *most* lists of each epoch; the sampler has another order in each."""
    batches = impl.BatchSampler(Epochs(epochs), bs)
    return [_lists(batches, most) for _ in epochs]


def interleaved_batches(impl, n, bs, most):
    """Return what two loops over one batch sampler got, taking turns."""
    batches = impl.BatchSampler(range(n), bs)
    loops = [iter(batches), iter(batches)]
    got = [[], []]
    for _ in range(most):
        for loop in (0, 1):
            got[loop] += _lists(loops[loop], 1)
    return got


def lengths(impl, sizes, drop_last):
    """Return `len(batch_sampler)` for each (n, bs) of *sizes*."""
    return [len(impl.BatchSampler(range(n), bs, drop_last)) for n, bs in sizes]


def indices_taken_by_len(impl, n, bs):
    """Return how many indices `len(batch_sampler)` took from the sampler."""
    source = Epochs([list(range(n))])
    len(impl.BatchSampler(source, bs))
    return source.taken


def collated(impl, samples):
    """Return the batch made of *samples*."""
    return impl.collate(samples)


def error_of_collate(impl, samples):
    """Return the name of the exception that *samples* raise, and what comes out if none does."""
    got = []
    error = raised(lambda: got.append(impl.collate(samples)))
    return {"error": error, "batch": got[0] if got else None}


def error_of_unknown(impl, kind):
    """Return the exception for samples that nothing is said about, and what came out instead."""
    unknown = {"None": None, "a set": {1, 2}, "an object": object()}[kind]
    got = []
    error = raised(lambda: got.append(impl.collate([(torch.zeros(2), unknown)] * 2)))
    return {"error": error, "batch": [type(column).__name__ for batch in got for column in batch]}


def samples_afterwards(impl, samples):
    """Return *samples* after a batch was made of them and set to zero where it is tensors."""
    batch = impl.collate(samples)
    for value in batch.values():
        if isinstance(value, torch.Tensor):
            value.zero_()
    return samples


def cost_of_collate(impl, samples):
    """Return the operations of torch that one batch takes."""
    with Operations() as operations:
        impl.collate(samples)
    return operations.summary()


def loaded(impl, data, lists, most):
    """Return the first *most* batches for *lists*, collated by a function of ours."""
    return _first(impl.SampledLoader(Pairs(*data), Epochs([lists]), columns), most)


def loaded_from(impl, rows, lists):
    """Return the samples for *lists* out of *rows*, a plain list or dict."""
    return _first(impl.SampledLoader(rows, Epochs([lists]), list))


def questions(impl, data, lists, steps):
    """Return what the dataset was asked after `iter` and after each of *steps* batches."""
    ds = Pairs(*data)
    loop = iter(impl.SampledLoader(ds, Epochs([lists]), columns))
    seen = [list(ds.asked)]
    for _ in range(steps):
        next(loop)
        seen.append(list(ds.asked))
    return seen


def calls_of_collate(impl, data, lists):
    """Return, for every call of collate_fn, what it was given and how much."""
    calls = []

    def watching(*args, **kwargs):
        samples = args[0] if args else None
        size = len(samples) if isinstance(samples, list | tuple) else None
        calls.append((len(args) + len(kwargs), type(samples).__name__, size))
        return len(calls)

    _first(impl.SampledLoader(Pairs(*data), Epochs([lists]), watching))
    return calls


def batches_of_form(impl, data, lists, form):
    """Return the batches where collate_fn gives *form*."""
    made = {
        "a dict": lambda samples: {"rows": len(samples), "x": samples[0][0]},
        "a number": len,
        "None": lambda _: None,
        "an empty list": lambda _: [],
    }[form]
    return _first(impl.SampledLoader(Pairs(*data), Epochs([lists]), made))


def loaded_epochs(impl, data, epochs):
    """Return the batches of each epoch; the batch sampler has other lists in each."""
    loader = impl.SampledLoader(Pairs(*data), Epochs(epochs), columns)
    return [_first(loader) for _ in epochs]


def interleaved_loops(impl, data, epochs):
    """Return what two loops over one loader got, taking turns; each gets an epoch of its own."""
    loader = impl.SampledLoader(Pairs(*data), Epochs(epochs), columns)
    loops = [iter(loader), iter(loader)]
    got = [[], []]
    for _ in epochs[0]:
        for loop in (0, 1):
            got[loop].append(next(loops[loop], None))
    return got


def error_in_the_loop(impl, data, lists, kind, row):
    """Return the exception of a loop over a dataset with an unreadable row."""
    loader = impl.SampledLoader(Broken(*data, kind, row), Epochs([lists]), columns)
    return raised(_first, loader)


def recording(impl, data, lists):
    """Return whether gradients are recorded in the loop body, and after it."""
    loader = impl.SampledLoader(Pairs(*data), Epochs([lists]), columns)
    during = [torch.is_grad_enabled() for _ in islice(loader, _MANY)]
    return {"during": during, "after": torch.is_grad_enabled()}


def orders_after_seeds(impl, n, seeds):
    """Return one epoch of one sampler for each of *seeds*, set before it in its generator."""
    generator = torch.Generator()
    sampler = impl.Sampler(n, True, generator)
    seen = []
    for seed in seeds:
        generator.manual_seed(seed)
        seen.append(_epoch(sampler))
    return seen


def whole_epochs(impl, *, data, bs, drop_last, seeds):
    """Return an epoch for each of *seeds*, in which all four pieces work together."""
    generator = torch.Generator()
    batches = impl.BatchSampler(impl.Sampler(len(data[0]), True, generator), bs, drop_last)
    loader = impl.SampledLoader(Pairs(*data), batches)
    seen = []
    for seed in seeds:
        generator.manual_seed(seed)
        seen.append(_first(loader))
    return seen


def shuffled_epochs(impl, repeats, seed, rows, width, bs):
    """Time *repeats* shuffled epochs, each over rows and in an order of its own."""
    generator = torch.Generator().manual_seed(seed)
    count = rows + repeats
    x = torch.randn(count, 1, generator=generator) + torch.randn(width, generator=generator)
    y = torch.randint(10, (count,), generator=generator).tolist()
    order = torch.Generator()
    loaders = []
    for k in range(repeats):
        batches = impl.BatchSampler(impl.Sampler(rows, True, order), bs)
        loaders.append(impl.SampledLoader(Labelled(x[k : k + rows], y[k : k + rows]), batches))
    yield
    place = torch.arange(1.0, bs + 1) / bs
    seen = []
    for k, loader in enumerate(loaders):
        order.manual_seed(seed + k)
        seen += [(place[: len(xb)] * yb) @ xb[:, -1] for xb, yb in islice(loader, rows)]
    return torch.stack(seen)
