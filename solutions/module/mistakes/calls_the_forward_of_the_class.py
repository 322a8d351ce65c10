"""Fails: a_call_is_a_call_of_forward.

Says: You ask the class for `forward`; the module itself may have another one.
"""

from torch import nn


class MiniModule:
    def __init__(self):
        self.__dict__.update(_parameters={}, _modules={}, training=True)

    def __setattr__(self, name, value):
        is_parameter = isinstance(value, nn.Parameter)
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

    def __delattr__(self, name):
        super().__delattr__(name)
        self._parameters.pop(name, None)
        self._modules.pop(name, None)

    def named_parameters(self, prefix=""):
        seen = set()
        for path, module in _walk(self, prefix, set()):
            for name, parameter in module._parameters.items():  # noqa: SLF001
                if parameter is not None and id(parameter) not in seen:
                    seen.add(id(parameter))
                    yield f"{path}.{name}" if path else name, parameter

    def parameters(self):
        for _, parameter in self.named_parameters():
            yield parameter

    def children(self):
        yield from {id(child): child for child in self._modules.values()}.values()

    def modules(self):
        for _, module in _walk(self, "", set()):
            yield module

    def train(self, mode=True):
        for module in self.modules():
            module.training = mode
        return self

    def eval(self):
        return self.train(mode=False)

    def zero_grad(self):
        for parameter in self.parameters():
            parameter.grad = None

    def __call__(self, *args, **kwargs):
        forward = getattr(type(self), "forward", None)
        if forward is None:
            raise NotImplementedError(f"{type(self).__name__} has no method forward")
        return forward(self, *args, **kwargs)


def _walk(module, path, seen):
    if module is None or id(module) in seen:
        return
    seen.add(id(module))
    yield path, module
    for name, child in module._modules.items():  # noqa: SLF001
        yield from _walk(child, f"{path}.{name}" if path else name, seen)
