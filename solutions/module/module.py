"""The bookkeeping of `nn.Module`: parameters and children are found by assigning them."""

from collections.abc import Iterator
from typing import Any, Self

from torch import nn


class MiniModule:
    """A module whose parameters and children are found by assigning them to attributes."""

    training: bool
    _parameters: dict[str, nn.Parameter]
    _modules: dict[str, Any]

    def __init__(self) -> None:
        """Begin without parameters and children."""
        # Straight into the dictionary: `__setattr__` needs them before it can work. The names are
        # those that torch uses, so that a walk treats its modules as it treats ours.
        self.__dict__.update(_parameters={}, _modules={}, training=True)

    def __setattr__(self, name: str, value: Any) -> None:
        """Set the attribute *name*, and register *value* if it is a parameter or a child."""
        is_parameter = isinstance(value, nn.Parameter)
        # The class is asked, since `nn.Linear`, the class itself, has the method, too.
        is_child = hasattr(type(value), "named_parameters")
        if "_parameters" not in self.__dict__:
            if is_parameter or is_child:
                raise AttributeError(f"call super().__init__() before you assign {name!r}")
        else:
            if name in self._parameters and not (is_parameter or value is None):
                raise TypeError(f"{name!r} is a parameter, and {type(value).__name__} is none")
            for registry, belongs in ((self._parameters, is_parameter), (self._modules, is_child)):
                if belongs:
                    registry[name] = value
                else:
                    registry.pop(name, None)
        super().__setattr__(name, value)

    def __delattr__(self, name: str) -> None:
        """Forget the attribute *name* altogether."""
        super().__delattr__(name)
        self._parameters.pop(name, None)
        self._modules.pop(name, None)

    def named_parameters(self, prefix: str = "") -> Iterator[tuple[str, nn.Parameter]]:
        """Yield name and parameter, each parameter once."""
        seen = set()
        for path, module in _walk(self, prefix, set()):
            for name, parameter in module._parameters.items():  # noqa: SLF001 - torch's has them, too
                if parameter is not None and id(parameter) not in seen:
                    seen.add(id(parameter))
                    yield f"{path}.{name}" if path else name, parameter

    def parameters(self) -> Iterator[nn.Parameter]:
        """Yield the parameters of `named_parameters`."""
        for _, parameter in self.named_parameters():
            yield parameter

    def children(self) -> Iterator[Any]:
        """Yield the children, each once."""
        yield from {id(child): child for child in self._modules.values()}.values()

    def modules(self) -> Iterator[Any]:
        """Yield this module and all below it, each once."""
        for _, module in _walk(self, "", set()):
            yield module

    def train(self, mode: bool = True) -> Self:
        """Set `training` to *mode* in all modules; return this one."""
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> Self:
        """Set `training` to False in all modules; return this one."""
        return self.train(mode=False)

    def zero_grad(self) -> None:
        """Clear the gradient of every parameter."""
        for parameter in self.parameters():
            parameter.grad = None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Return what `self.forward` returns."""
        forward = getattr(self, "forward", None)
        if forward is None:
            raise NotImplementedError(f"{type(self).__name__} has no method forward")
        return forward(*args, **kwargs)


def _walk(module: Any, path: str, seen: set[int]) -> Iterator[tuple[str, Any]]:
    """Yield path and module for *module* and all below it, but for those in *seen*."""
    if module is None or id(module) in seen:  # torch keeps None where a child was taken out
        return
    seen.add(id(module))
    yield path, module
    for name, child in module._modules.items():  # noqa: SLF001 - likewise
        yield from _walk(child, f"{path}.{name}" if path else name, seen)
