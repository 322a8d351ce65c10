"""Rebuild the loop over mini-batches that `torch.utils.data.DataLoader` offers.

A dataset knows its length and answers an index. A loader knows nothing about
rows: it decides *which* rows belong together, asks for them with one slice, and
hands over whatever comes back.
"""

from collections.abc import Iterator
from typing import Any, Protocol


class Sliceable(Protocol):
    """All that a loader may expect of a dataset; a plain list fulfils it, too."""

    def __len__(self) -> int:
        """Return the number of rows."""

    def __getitem__(self, rows: slice, /) -> Any:
        """Return the rows that *rows* selects; a slice may reach beyond the end."""


class DataLoader:
    """The rows of a dataset in batches of equal size, in order.

    Args:
        ds: The dataset.
        bs: Number of rows in a batch; the last batch may be shorter.

    Raises:
        ValueError: If *bs* is less than 1.
    """

    def __init__(self, ds: Sliceable, bs: int) -> None:
        if bs < 1:
            raise ValueError(f"bs must be at least 1, got {bs}")
        self.ds, self.bs = ds, bs

    def __iter__(self) -> Iterator[Any]:
        """Start an epoch: return a new iterator over the batches, from the first row on.

        1. Batch k holds the rows k*bs, ..., k*bs + bs - 1; the last batch holds what is left.
        2. No batch is empty: without rows there are no batches.
        3. Each batch is what the dataset returns for one slice, as it is.
        4. The dataset is asked for a batch only when the loop asks for that batch.
        5. Every call starts anew and is independent of all other loops over this loader.
        """
        raise NotImplementedError("DataLoader.__iter__: yield one slice of the dataset per batch")

    def __len__(self) -> int:
        """Return the number of batches in an epoch that would start now, a short one included.

        The dataset's rows are not read for it.
        """
        raise NotImplementedError("DataLoader.__len__: count the batches of one epoch")
