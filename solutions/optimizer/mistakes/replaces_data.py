"""Fails: parameter_keeps_its_memory.

Says: `p.data = ...` gives the parameter new memory at each step, so views of the old memory
go stale. Write into the memory that is there.
"""


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        for p in self.params:
            if p.grad is not None:
                p.data = p.data - self.lr * p.grad

    def zero_grad(self):
        for p in self.params:
            p.grad = None
