"""Rebuild the forward pass of a multilayer perceptron.

Two linear layers with a ReLU between them: the smallest network that can
learn something a straight line cannot. `__init__` builds the three layers;
`forward` says in which order a batch flows through them.
"""

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
        """Return the logits of *x*: raw scores, one for each class.

        Call `self.l1`, `self.relu` and `self.l2`, each exactly once: whatever stands
        in these attributes at the time of the call is what the model uses.

        Args:
            x: Shape (..., n_in), with any number of leading dimensions, also none.

        Returns:
            A tensor of shape (..., n_out), with the dtype and on the device of *x*.
        """
        raise NotImplementedError("MLP.forward: send x through the three layers")
