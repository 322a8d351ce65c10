"""A linear layer and a rectifier, as `nn.Linear` and `nn.ReLU` are."""

import torch
from torch import Tensor, nn


class Linear(nn.Module):
    """Turns rows of n_in features into rows of n_out features: `x @ weight.T + bias`."""

    def __init__(self, n_in: int, n_out: int, bias: bool = True) -> None:
        """Make the parameters."""
        super().__init__()
        bound = n_in**-0.5
        self.weight = nn.Parameter(torch.empty(n_out, n_in).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.empty(n_out).uniform_(-bound, bound)) if bias else None

    def forward(self, x: Tensor) -> Tensor:
        """Return `x @ weight.T + bias`."""
        product = x @ self.weight.T  # (..., n_out)
        return product if self.bias is None else product + self.bias


class ReLU(nn.Module):
    """Replaces every negative number by 0; has no parameters."""

    def forward(self, x: Tensor) -> Tensor:
        """Return *x* with 0 in the place of what is not positive."""
        # `x <= 0` and not `~(x > 0)`: nan is neither, and stays.
        return x.masked_fill(x <= 0, 0)
