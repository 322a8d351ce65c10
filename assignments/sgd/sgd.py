"""Rebuild `torch.optim.SGD` with momentum, weight decay, parameter groups and state."""

from collections.abc import Callable, Iterable
from typing import Any

from torch import Tensor


class SGD:
    """Moves parameters against their gradients, with momentum.

    Attributes:
        param_groups: One dict for each group: `"params"`, a list, and every setting by name.
        state: For each parameter with momentum a dict, `{"momentum_buffer": Tensor}`;
            its keys are the parameters themselves.
    """

    def __init__(
        self,
        params: Iterable[Tensor] | Iterable[dict[str, Any]],
        lr: float | Tensor = 1e-3,
        momentum: float = 0,
        dampening: float = 0,
        weight_decay: float = 0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        """Make the groups: one of all *params*, or one for each dict in *params*.

        Raises:
            ValueError: If there are no *params*; if *lr*, *momentum* or *weight_decay* is negative;
                if *nesterov* has no momentum, or has dampening; if a tensor *lr* has not 1 element.
            TypeError: If *params* is a single tensor.
        """
        raise NotImplementedError("SGD.__init__: keep the settings and make the groups")

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Add a group: `"params"`, a tensor or any iterable of them, and settings of its own.

        A setting that the group does not name is that of `__init__`.

        Raises:
            TypeError: If one of the params is no tensor.
            ValueError: If one is no leaf, or belongs to another group already.
        """
        raise NotImplementedError("SGD.add_param_group: complete the settings, check, and add")

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Update every parameter that has a gradient, in place; return what *closure* returns.

        *closure*, if given, is called once, first, with autograd recording. For each p:

        1. g is `p.grad`, or `-p.grad` with maximize; then `g + weight_decay * p`.
        2. With momentum, the buffer b is a copy of g at the first time, afterwards
           `momentum * b + (1 - dampening) * g`.
        3. d is b, or `g + momentum * b` with nesterov; without momentum it is g.
        4. p becomes `p - lr * d`.

        Where `p.grad` is None, neither p nor its buffer changes. Gradients stay as they are.
        """
        raise NotImplementedError("SGD.step: update every parameter of every group")

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Make every gradient None, or with *set_to_none* False zero in place."""
        raise NotImplementedError("SGD.zero_grad: clear the gradients of every group")

    def state_dict(self) -> dict[str, Any]:
        """Return `{"state": …, "param_groups": …}`, with numbers in the place of parameters."""
        raise NotImplementedError("SGD.state_dict: describe groups and state without parameters")

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over settings and state from *state_dict*; the parameters stay those of here.

        Raises:
            ValueError: If number or sizes of the groups differ.
        """
        raise NotImplementedError("SGD.load_state_dict: take over settings and state")
