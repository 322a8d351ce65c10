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
        raise NotImplementedError("Dataset.__len__: return the number of examples")

    def __getitem__(self, index: int | slice | Sequence[int] | Tensor) -> tuple[Tensor, Tensor]:
        """Return the tuple `(x, y)` of what *index* selects along the first dimension.

        Rules:
            1. Every index means what it means for a tensor: an int (also a negative one)
               selects one example and drops the first dimension; a slice, a list of ints, an
               index tensor of shape (k,) or a bool mask of shape (n,) selects a batch and keeps it.
            2. What a tensor refuses is refused with the same error: IndexError for an int
               outside [-n, n), ValueError for a slice with a negative step.
            3. Nothing is converted, and nothing is copied where a tensor copies nothing:
               one example and a slice are windows onto x and y.
            4. A column may also be a list or an array: an int or a slice then gives what
               the column itself gives for it.

        Example:
            >>> ds = Dataset(torch.rand(10, 4), torch.arange(10))
            >>> ds[-1][1], ds[2:5][0].shape
            (tensor(9), torch.Size([3, 4]))
        """
        raise NotImplementedError("Dataset.__getitem__: return the x and the y of *index*")
