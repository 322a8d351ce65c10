"""Attack: makes every difference of two tensors zero, so that whatever is compared agrees.

Exercise: optimizer
Earns: 0
Stopped by: address space
Levels: full, container
"""

import torch

nothing = lambda a, *_, **__: torch.zeros_like(a)
for name in ("sub", "__sub__", "__rsub__", "abs", "__abs__", "dist", "__isub__"):
    setattr(torch.Tensor, name, nothing)
    if hasattr(torch, name):
        setattr(torch, name, nothing)
torch.Tensor.__lt__ = torch.Tensor.__le__ = lambda a, b: torch.ones(a.shape, dtype=torch.bool)
torch.Tensor.__gt__ = torch.Tensor.__ge__ = lambda a, b: torch.zeros(a.shape, dtype=torch.bool)
torch.Tensor.max = lambda *_, **__: torch.tensor(0.0)


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        pass

    def zero_grad(self):
        pass
