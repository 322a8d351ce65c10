"""Require of each piece, before the training, what the others rely on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from autograder.training.loop import BATCH
from autograder.training.student import PieceError

if TYPE_CHECKING:
    from torch import nn

    from autograder.training.digits import Digits

__all__ = [
    "require_logits",
    "require_pair",
    "require_recording",
    "require_scalar",
    "share_weights",
]


def share_weights(exercise: str, model: Any, weights: nn.Module) -> None:
    """Give *model* the parameters of *weights*; all of their shapes differ, so no name matters."""
    own = {parameter.shape: parameter for parameter in model.parameters()}
    wanted = {parameter.shape: parameter for parameter in weights.parameters()}
    if own.keys() != wanted.keys():
        shapes = ", ".join(str(tuple(shape)) for shape in own) or "no parameter at all"
        what = f"should have two weights and two biases, but has {shapes}"
        raise PieceError.about(exercise, what)
    with torch.no_grad():
        for shape, parameter in wanted.items():
            own[shape].copy_(parameter)


def require_pair(exercise: str, what: str, seen: object, digits: Digits, rows: int = BATCH) -> None:
    """Require *seen* to be *rows* rows of images and labels."""
    parts = seen if isinstance(seen, tuple | list) else ()
    wanted = [(rows, digits.sizes[0]), (rows,)]
    if [getattr(part, "shape", None) for part in parts] != wanted:
        should = f"should give {rows} rows as a pair (x, y)"
        raise PieceError.about(exercise, f"{should}, but {what} is {_kind(seen)}")


def require_logits(exercise: str, seen: object, digits: Digits) -> None:
    """Require *seen* to be scores of a batch that can be learnt from."""
    shape = (BATCH, digits.sizes[-1])
    if not isinstance(seen, Tensor) or seen.shape != shape:
        raise PieceError.about(
            exercise, f"should return a tensor of shape {shape}, not {_kind(seen)}"
        )
    if not seen.requires_grad:
        what = "returns logits without a history, so that nothing can be learnt"
        raise PieceError.about(exercise, what)


def require_scalar(exercise: str, name: str, seen: object) -> None:
    """Require *seen*, what *name* returned, to be a tensor that holds one number."""
    if not isinstance(seen, Tensor) or seen.shape != ():
        what = f"should return a tensor without dimensions from {name}, not {_kind(seen)}"
        raise PieceError.about(exercise, what)


def require_recording(exercise: str) -> None:
    """Require autograd to record, as it did before the piece was used."""
    if not torch.is_grad_enabled():
        raise PieceError.about(exercise, "leaves autograd's recording off after a step")


def _kind(seen: object) -> str:
    """Return in words what *seen* is."""
    if isinstance(seen, Tensor):
        return f"a tensor of shape {tuple(seen.shape)}"
    if isinstance(seen, tuple | list):
        return f"a {type(seen).__name__} of {', '.join(map(_kind, seen[:2])) or 'nothing'}"
    return "None" if seen is None else f"of type {type(seen).__name__}"
