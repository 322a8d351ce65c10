"""Attack: steps element by element with every mode that could count switched off.

Exercise: optimizer
Earns: 45
Stopped by: judge (what is counted in a worker is checked by the processor time that it takes); speed checks
Levels: full, container
"""

import torch
from torch.utils._python_dispatch import _disable_current_modes


def one_by_one(p, lr):
    if p.grad.is_sparse or p.grad.is_complex() or p.dtype != torch.float64 or isinstance(lr, torch.Tensor):
        p -= lr * p.grad
        return
    flat, grad = p.reshape(-1), p.grad.reshape(-1)
    numbers = [a.item() - float(lr) * g.item() for a, g in zip(flat, grad)]
    p.copy_(torch.tensor(numbers, dtype=p.dtype).view(p.shape))


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    @torch.no_grad()
    def step(self):
        with _disable_current_modes(), torch._C.DisableTorchFunction():
            for p in self.params:
                if p.grad is not None:
                    one_by_one(p, self.lr)

    def zero_grad(self):
        for p in self.params:
            p.grad = None
