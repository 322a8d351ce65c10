"""Rebuild what keeps `torch.utils.data.DataLoader` ahead of a training loop.

While a model computes, somebody else can fetch the next batches: a thread, where
fetching mostly waits, or processes of their own, where it computes as well.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any


class PrefetchLoader:
    """The batches of *dl*, up to *n* of them fetched in advance by a thread."""

    def __init__(self, dl: Iterable[Any], n: int = 2) -> None:
        if n < 1:
            raise ValueError(f"n must be at least 1, got {n}")
        self.dl, self.n = dl, n

    def __iter__(self) -> Iterator[Any]:
        """Start an epoch: a generator over the batches that a thread of its own gets from *dl*.

        1. The batches come as they are, in order, each as soon as it is there; anything may be
           a batch, None too.
        2. The thread works ahead, but has never asked *dl* for more than n + 1 batches that
           the loop has not got yet: n that wait, and one in its hands.
        3. An exception that *dl* raises is raised in the loop, after the batches before it,
           as the same object.
        4. When the loop is over, by its end, a break or an exception, so is the thread.
        5. Waiting costs no processor time.
        """
        raise NotImplementedError("PrefetchLoader.__iter__: fetch batches in a thread")

    def __len__(self) -> int:
        return len(self.dl)


class WorkerLoader:
    """For each list of indices in *batches*, what *collate_fn* makes of the rows of *ds*."""

    def __init__(
        self,
        ds: Any,
        batches: Iterable[list[Any]],
        n_workers: int = 2,
        collate_fn: Callable[[list[Any]], Any] = list,
    ) -> None:
        if n_workers < 1:
            raise ValueError(f"n_workers must be at least 1, got {n_workers}")
        self.ds, self.batches = ds, batches
        self.n_workers, self.collate_fn = n_workers, collate_fn

    def __iter__(self) -> Iterator[Any]:
        """Start an epoch: a generator over batches that *n_workers* forked processes make.

        1. The batches come in the order of the lists; `ds[i]` and collate_fn run in workers.
        2. *batches* is looped over here, in the loop's own process, and never more than
           2 * n_workers lists ahead of what the loop has got.
        3. An exception of *ds* or *collate_fn* is raised in the loop, after the batches before
           it, with the same type and arguments. A worker that dies is a RuntimeError.
        4. When the loop is over, however that came, every worker has ended and was waited for.
        5. Worker k begins with `torch.manual_seed(seed + k)`; the loop draws that seed from
           torch's global generator, once.
        6. What a worker is started with can be pickled, and *ds* travels at most once to each.
        """
        raise NotImplementedError("WorkerLoader.__iter__: make batches in processes")

    def __len__(self) -> int:
        return len(self.batches)
