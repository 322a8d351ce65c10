"""Let every child list its own parameters, and keep out what was met."""

from torch import nn


class MiniModule:
    def __init__(self):
        object.__setattr__(self, "_registry", {})
        object.__setattr__(self, "training", True)

    def __setattr__(self, name, value):
        kind = type(value)
        registry = self.__dict__.get("_registry")
        belongs = issubclass(kind, nn.Parameter) or hasattr(kind, "named_parameters")
        if belongs and registry is None:
            raise AttributeError(f"{type(self).__name__}: call super().__init__() first")
        if registry is not None:
            old = registry.get(name)
            if isinstance(old, nn.Parameter) and not isinstance(value, nn.Parameter | None):
                raise TypeError(f"cannot assign a {kind.__name__} to the parameter {name}")
            if belongs:
                registry[name] = value
            else:
                registry.pop(name, None)
        object.__setattr__(self, name, value)

    def __delattr__(self, name):
        object.__delattr__(self, name)
        self._registry.pop(name, None)

    def named_parameters(self, prefix=""):
        met = set()
        for path, module in self._named_modules(prefix, set()):
            is_ours = isinstance(module, MiniModule)
            pairs = module._registry.items() if is_ours else module.named_parameters()  # noqa: SLF001
            for name, value in pairs:
                if isinstance(value, nn.Parameter) and id(value) not in met:
                    met.add(id(value))
                    yield f"{path}.{name}" if path else name, value

    def _named_modules(self, path, met):
        met.add(id(self))
        yield path, self
        for name, child in self._registry.items():
            full = f"{path}.{name}" if path else name
            if isinstance(child, MiniModule):
                if id(child) not in met:
                    yield from child._named_modules(full, met)  # noqa: SLF001
            elif not isinstance(child, nn.Parameter):
                yield full, child

    def parameters(self):
        for _, parameter in self.named_parameters():
            yield parameter

    def children(self):
        met = set()
        for value in self._registry.values():
            if not isinstance(value, nn.Parameter) and id(value) not in met:
                met.add(id(value))
                yield value

    def modules(self):
        yield from self._modules({})

    def _modules(self, met):
        met[id(self)] = self
        yield self
        for child in self.children():
            if isinstance(child, MiniModule):
                below = () if id(child) in met else child._modules(met)  # noqa: SLF001
            else:
                below = child.modules()
            for module in below:
                if isinstance(child, MiniModule) or id(module) not in met:
                    met[id(module)] = module
                    yield module

    def train(self, mode=True):
        self.training = mode
        for child in self.children():
            child.train(mode)
        return self

    def eval(self):
        return self.train(mode=False)

    def zero_grad(self):
        for p in self.parameters():
            if p.grad is not None:
                p.grad = p.grad.detach() * 0

    def __call__(self, *args, **kwargs):
        forward = getattr(self, "forward", None)
        if forward is None:
            raise NotImplementedError(f"{type(self).__name__} has no method forward")
        return forward(*args, **kwargs)
