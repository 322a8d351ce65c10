"""Attack: steps element by element in another thread, where no operation is counted.

Exercise: optimizer
Earns: 45
Stopped by: judge (what is counted in a worker is checked by the processor time that it takes); speed checks
Levels: full, container
"""

import threading

import torch


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

    def step(self):
        for p in self.params:
            if p.grad is not None:
                thread = threading.Thread(target=torch.no_grad()(one_by_one), args=(p, self.lr))
                thread.start()
                thread.join()

    def zero_grad(self):
        for p in self.params:
            p.grad = None
