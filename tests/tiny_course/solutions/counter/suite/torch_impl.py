"""Torch's own sum, under the exercise's names."""

import torch


class Counter:
    """The sum of what was added."""

    def __init__(self):
        self.parts = []

    def add(self, x):
        """Keep *x*."""
        self.parts.append(x)

    def total(self):
        """Return the sum."""
        return torch.stack(self.parts).sum(0)
