"""Small experiments on samplers, collate and the loader; every loop is bounded."""

from itertools import islice

import torch

from autograder.probing import raised


def orders(impl, n, shuffle, times):
    """Return the order of *times* epochs of one sampler."""
    sampler = impl.Sampler(n, shuffle, torch.Generator().manual_seed(1))
    return [[int(i) for i in islice(sampler, 100)] for _ in range(times)]


def lists(impl, items, bs, drop_last):
    """Return the lists that are cut from *items*, as they were when they came."""
    batches = impl.BatchSampler(items, bs, drop_last)
    return [list(batch) for batch in islice(batches, 50)]


def lengths(impl, n, bs):
    """Return the length of a batch sampler without and with drop_last."""
    return [len(impl.BatchSampler(range(n), bs, drop_last)) for drop_last in (False, True)]


def collated(impl, samples):
    """Return the batch made of *samples*."""
    return impl.collate(samples)


def error_of_collate(impl, samples):
    """Return the name of the exception that *samples* raise."""
    return raised(impl.collate, samples)


def loaded(impl, rows, batches):
    """Return what collate_fn was given for each batch, twice over."""
    loader = impl.SampledLoader(rows, batches, lambda samples: [type(samples).__name__, *samples])
    return [list(islice(loader, 50)) for _ in range(2)]
