"""Torch's own answer, behind the names of the exercise; it runs in the judge only."""

from torch.optim import SGD

__all__ = ["SGD"]
