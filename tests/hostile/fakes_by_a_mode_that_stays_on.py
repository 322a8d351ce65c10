"""Attack: leaves a dispatch mode and a function mode switched on, which answer for every later operation.

Exercise: optimizer
Earns: 0
Stopped by: address space; a fresh worker after each end
Levels: full, container
"""

import torch
from torch.overrides import TorchFunctionMode

# `torch.utils._python_dispatch` is off limits by name.
dispatch = getattr(torch.utils, "_python" + "".join("_dispatch"))


class Yes(TorchFunctionMode):
    def __torch_function__(self, func, types, args=(), kwargs=None):
        if getattr(func, "__name__", "") in ("equal", "allclose", "isclose", "eq"):
            return torch.tensor(True)
        return func(*args, **(kwargs or {}))


class Still(dispatch.TorchDispatchMode):
    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        if "sub" in str(func) or "clone" in str(func):
            return args[0]
        return func(*args, **(kwargs or {}))


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        Yes().__enter__()
        Still().__enter__()

    def zero_grad(self):
        Still().__enter__()
