"""Rebuild plain gradient descent: what `torch.optim.SGD(params, lr)` does.

A training loop calls `loss.backward()`, then `optimizer.step()`, then
`optimizer.zero_grad()`. `backward` leaves one gradient in every `p.grad`;
the optimizer turns the gradients into an update of the parameters.
"""

from collections.abc import Iterable

from torch import Tensor


class Optimizer:
    """Moves parameters against their gradients.

    Attributes:
        params: The parameters, in the order in which they were given.
        lr: The learning rate; a training loop may assign a new one at any time.
    """

    def __init__(self, params: Iterable[Tensor], lr: float | Tensor) -> None:
        """Remember *params* and *lr*; this method is given.

        Args:
            params: Parameters of any shape and dtype, from any iterable.
            lr: Learning rate, a number or a tensor with zero dimensions.
        """
        # `model.parameters()` is a generator, which can be read only once: keep a list.
        self.params = list(params)
        self.lr = lr

    def step(self) -> None:
        """Change every parameter p, in place, to `p - lr * p.grad`.

        1. A parameter whose `p.grad` is None stays as it is; nothing else decides.
        2. The update is not recorded by autograd, and whether recording is on or off
           is the same after the call as before it.
        3. The numbers change where they lie in memory; p stays the same tensor.
        4. `p.grad` is read, never changed.
        """
        raise NotImplementedError("Optimizer.step: update every parameter in place")

    def zero_grad(self) -> None:
        """Clear every gradient, so that the next `backward` starts afresh.

        Afterwards every `p.grad` is None or all zeros; both are right.
        A `p.grad` that is None already is no error. The parameters stay as they are.
        """
        raise NotImplementedError("Optimizer.zero_grad: clear the gradient of every parameter")
