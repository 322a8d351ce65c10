"""Rebuild Adam and AdamW: what `torch.optim.Adam` and `torch.optim.AdamW` do.

Adam divides each element of the gradient by its own usual size.
"""

from collections.abc import Iterable
from typing import Any

from torch import Tensor


class Adam:
    """Moves each element by about lr, against the mean of its recent gradients.

    Attributes:
        state: All that `step` remembers; empty at first. For each parameter that has been
            moved, a dict with `step`, how often that was, and the two running means
            `exp_avg` and `exp_avg_sq`, tensors like the parameter.
    """

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
    ) -> None:
        """Remember all that; this method is given, and a loop may assign a new `lr`."""
        if lr < 0 or eps < 0 or weight_decay < 0 or not all(0 <= beta < 1 for beta in betas):
            raise ValueError("lr, eps, weight_decay >= 0 and 0 <= beta < 1 are needed")
        self.params = list(params)
        self.lr, self.betas, self.eps = lr, betas, eps
        self.weight_decay, self.maximize = weight_decay, maximize
        self.state: dict[Tensor, dict[str, Any]] = {}

    def zero_grad(self) -> None:
        """Clear every gradient; this method is given."""
        for parameter in self.params:
            parameter.grad = None

    def step(self) -> None:
        """Move every parameter p that has a gradient, in place; with beta1, beta2 = betas:

        1. g is `p.grad`, or `-p.grad` if maximize; `weight_decay * p` is added to it.
        2. step is one more than before, so it is 1 the first time this parameter moves.
        3. exp_avg becomes `beta1 * exp_avg + (1 - beta1) * g`, from zeros on.
        4. exp_avg_sq becomes `beta2 * exp_avg_sq + (1 - beta2) * g * g`, from zeros on.
        5. m is `exp_avg / (1 - beta1**step)`, v is `exp_avg_sq / (1 - beta2**step)`.
        6. p becomes `p - lr * m / (sqrt(v) + eps)`.

        A p whose `p.grad` is None stays as it is, and so does its state; `p.grad` is only
        read. Nothing is recorded by autograd, whose recording is as before afterwards.
        A sparse gradient is a RuntimeError whose message has the word "sparse" in it.
        """
        raise NotImplementedError("Adam.step: move every parameter by running means")


class AdamW(Adam):
    """Adam whose weight decay shrinks the parameter itself and not the gradient."""

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        *,
        maximize: bool = False,
    ) -> None:
        """Remember all that, with another default; this method is given."""
        super().__init__(params, lr, betas, eps, weight_decay, maximize=maximize)

    def step(self) -> None:
        """As `Adam.step`, but g has no decay in it: p *= 1 - lr * weight_decay comes first."""
        raise NotImplementedError("AdamW.step: shrink every parameter, then move it")
