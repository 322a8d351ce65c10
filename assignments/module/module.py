"""Rebuild the bookkeeping of `nn.Module`: how a model finds its parameters.

`self.weight = nn.Parameter(...)` looks like an assignment and is a registration: Python
hands every assignment to `__setattr__`, which may look at the value and take a note.
"""

from collections.abc import Iterator
from typing import Any, Self

from torch import nn


class MiniModule:
    """A module whose parameters and children are found by assigning them to attributes.

    A parameter is an `nn.Parameter`. A child is an object whose class has a method
    `named_parameters`: a MiniModule, or a module of torch. All else is a plain value.

    Attributes:
        training: True at first; `train` and `eval` change it.
    """

    training: bool

    def __init__(self) -> None:
        """Begin without parameters and children; each instance has its own."""
        raise NotImplementedError("MiniModule.__init__: prepare what the other methods need")

    def __setattr__(self, name: str, value: Any) -> None:
        """Set the attribute *name*, and register *value* if it is a parameter or a child.

        1. Assigning to a name again replaces what it stood for, in the same place of the order.
        2. A name that stands for a parameter takes a parameter or None; else a TypeError.
        3. A parameter or child before `__init__` has run is an AttributeError that names `__init__`.
        """
        raise NotImplementedError("MiniModule.__setattr__: set the attribute and register it")

    def __delattr__(self, name: str) -> None:
        """Forget the attribute *name* altogether; AttributeError if there is none."""
        raise NotImplementedError("MiniModule.__delattr__: forget the attribute")

    def named_parameters(self, prefix: str = "") -> Iterator[tuple[str, nn.Parameter]]:
        """Yield name and parameter: the own ones, then those of each child, in order of assignment.

        A parameter of a child has a dotted name, "child.weight"; so has every one under *prefix*.
        A parameter that is reached in several ways comes once, by its first name.
        """
        raise NotImplementedError("MiniModule.named_parameters: yield own and inherited parameters")

    def parameters(self) -> Iterator[nn.Parameter]:
        """Yield the parameters of `named_parameters`."""
        raise NotImplementedError("MiniModule.parameters: yield every parameter once")

    def children(self) -> Iterator[Any]:
        """Yield the children in order of assignment, each once."""
        raise NotImplementedError("MiniModule.children: yield every child once")

    def modules(self) -> Iterator[Any]:
        """Yield this module, then each child followed by what is below it, each module once."""
        raise NotImplementedError("MiniModule.modules: yield this module and all below it")

    def train(self, mode: bool = True) -> Self:
        """Set `training` to *mode* in all modules; return this one."""
        raise NotImplementedError("MiniModule.train: set the mode everywhere")

    def eval(self) -> Self:
        """Set `training` to False in all modules; return this one."""
        raise NotImplementedError("MiniModule.eval: leave the training mode everywhere")

    def zero_grad(self) -> None:
        """Clear the gradient of every parameter: None or all zeros."""
        raise NotImplementedError("MiniModule.zero_grad: clear every gradient")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Return what `self.forward` returns; NotImplementedError naming a class without one."""
        raise NotImplementedError("MiniModule.__call__: call forward")
