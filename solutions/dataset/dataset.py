"""Rebuild `torch.utils.data.TensorDataset` for two columns, features and labels.

A dataset answers two questions: how many examples are there, and which
examples does this index select? It holds its columns, and copies nothing.
"""

from collections.abc import Sequence

from torch import Tensor


class Dataset:
    """Features and labels that are indexed together.

    Attributes:
        x: Features, shape (n, ...). May be replaced later; the dataset then shows the new rows.
        y: Labels, shape (n, ...); `y[i]` belongs to `x[i]`. May be replaced, too.
    """

    def __init__(self, x: Tensor, y: Tensor) -> None:
        """Hold *x* and *y*; this method is given, leave it as it is.

        Raises:
            ValueError: If *x* and *y* do not have the same length.
        """
        if len(x) != len(y):
            raise ValueError(f"x has {len(x)} rows, y has {len(y)}; every row needs one label")
        self.x, self.y = x, y

    def __len__(self) -> int:
        """Return the number of examples, n."""
        return len(self.x)

    def __getitem__(self, index: int | slice | Sequence[int] | Tensor) -> tuple[Tensor, Tensor]:
        """Return the tuple `(x, y)` of what *index* selects along the first dimension."""
        return self.x[index], self.y[index]  # (d,), () for an int; (k, d), (k,) for k rows
