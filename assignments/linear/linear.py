"""Rebuild the two layers that most networks are made of: `nn.Linear` and `nn.ReLU`.

A linear layer mixes the features of every row with weights that can be learnt.
ReLU has nothing to learn: it cuts off what is negative, so that layers in a row
can bend a line where a linear layer alone cannot.
"""

from torch import Tensor, nn


class Linear(nn.Module):
    """Turns rows of n_in features into rows of n_out features: `x @ weight.T + bias`.

    Attributes:
        weight: Parameter of shape (n_out, n_in); one row of it for each output.
        bias: Parameter of shape (n_out,), or None where the layer has none.
    """

    def __init__(self, n_in: int, n_out: int, bias: bool = True) -> None:
        """Make the parameters.

        1. `weight` and, with *bias*, `bias` are registered under these names, and nothing else is.
        2. Every number in them is drawn evenly from between -1/sqrt(n_in) and 1/sqrt(n_in),
           by torch's global generator, which is never seeded here.
        3. Without *bias*, `self.bias` is None.
        """
        super().__init__()
        raise NotImplementedError("Linear.__init__: make the parameters weight and bias")

    def forward(self, x: Tensor) -> Tensor:
        """Return `x @ weight.T + bias`, with the parameters as they are at the time of the call.

        Args:
            x: Shape (..., n_in), with any number of leading dimensions, also none.
                It has the dtype of the parameters; another width or dtype is an error.

        Returns:
            A new tensor of shape (..., n_out); *x* stays as it is.
        """
        raise NotImplementedError("Linear.forward: multiply by the weight and add the bias")


class ReLU(nn.Module):
    """Replaces every negative number by 0; has no parameters."""

    def forward(self, x: Tensor) -> Tensor:
        """Return a new tensor with the elements of *x* that are positive, and 0 for the others.

        1. `nan` stays `nan`: hiding it would hide a broken model.
        2. The gradient passes where an element is positive; at exactly 0 it is 0, as in torch.
        3. Shape and dtype are those of *x*, whatever they are; *x* stays as it is.
        """
        raise NotImplementedError("ReLU.forward: put 0 in the place of what is negative")
