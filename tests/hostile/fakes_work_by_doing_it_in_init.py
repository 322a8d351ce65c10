"""Attack: does the dear work, element by element, in `__init__`, where nobody counts it; `step` only copies.

Exercise: optimizer
Earns: 45           (right values, at the price of a thousand reads)
Stopped by: making the optimizer is counted, too
Levels: full, container
"""

import torch


def slowly(p, lr):
    flat, grad = p.detach().reshape(-1), p.grad.reshape(-1)
    numbers = [a.item() - lr * g.item() for a, g in zip(flat, grad)]
    return torch.tensor(numbers, dtype=p.dtype).view(p.shape)


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr
        self.made = {}
        for p in self.params:
            if p.grad is not None and p.dtype == torch.float64 and not p.grad.is_sparse:
                if not isinstance(lr, torch.Tensor):
                    self.made[p.data_ptr(), p.grad.data_ptr(), lr] = slowly(p, lr)

    @torch.no_grad()
    def step(self):
        for p in self.params:
            if p.grad is None:
                continue
            made = None
            if p.grad.layout == torch.strided and not isinstance(self.lr, torch.Tensor):
                made = self.made.pop((p.data_ptr(), p.grad.data_ptr(), self.lr), None)
            p.copy_(p - self.lr * p.grad if made is None else made)

    def zero_grad(self):
        for p in self.params:
            p.grad = None
