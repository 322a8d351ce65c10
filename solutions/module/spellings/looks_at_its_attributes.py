"""Keep no registry: look at the attributes when asked."""

from torch import nn


class MiniModule:
    def __init__(self):
        self.__dict__["training"] = True

    def __setattr__(self, name, value):
        registered = isinstance(value, nn.Parameter) or _is_child(value)
        if registered and "training" not in vars(self):
            raise AttributeError("MiniModule.__init__ has to be called first")
        known = isinstance(vars(self).get(name), nn.Parameter)
        if known and value is not None and not isinstance(value, nn.Parameter):
            raise TypeError(f"{name} is a parameter")
        if isinstance(value, nn.Parameter) != known or not registered:
            vars(self).pop(name, None) if not isinstance(
                vars(type(self)).get(name), property
            ) else None
        object.__setattr__(self, name, value)

    def __delattr__(self, name):
        object.__delattr__(self, name)

    def named_parameters(self, prefix=""):
        seen = set()
        for path, module in _named_modules(self, prefix, set()):
            own = vars(module).items() if isinstance(module, MiniModule) else _own(module)
            for name, value in own:
                if isinstance(value, nn.Parameter) and id(value) not in seen:
                    seen.add(id(value))
                    yield f"{path}.{name}".removeprefix("."), value

    def parameters(self):
        return (p for _, p in self.named_parameters())

    def children(self):
        return iter({id(c): c for c in vars(self).values() if _is_child(c)}.values())

    def modules(self):
        return (module for _, module in _named_modules(self, "", set()))

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
        if not hasattr(self, "forward"):
            raise NotImplementedError(f"write a forward for {type(self).__name__}")
        return self.forward(*args, **kwargs)


def _is_child(value):
    return hasattr(type(value), "named_parameters")


def _own(module):
    return module.named_parameters(recurse=False)


def _named_modules(module, path, met):
    if id(module) in met:
        return
    met.add(id(module))
    yield path, module
    if isinstance(module, MiniModule):
        children = ((name, value) for name, value in vars(module).items() if _is_child(value))
    else:
        children = module.named_children()
    for name, child in children:
        yield from _named_modules(child, f"{path}.{name}".removeprefix("."), met)
