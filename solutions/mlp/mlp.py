"""The forward pass of a multilayer perceptron."""

from torch import Tensor, nn


class MLP(nn.Module):
    """A classifier with one hidden layer: linear, ReLU, linear."""

    def __init__(self, n_in: int, n_hidden: int, n_out: int) -> None:
        # Comes first: it makes the registry that the assignments below write to.
        super().__init__()
        self.l1 = nn.Linear(n_in, n_hidden)
        self.l2 = nn.Linear(n_hidden, n_out)
        self.relu = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits of *x*: raw scores, one for each class."""
        hidden = self.relu(self.l1(x))  # (..., n_hidden)
        return self.l2(hidden)  # (..., n_out)
