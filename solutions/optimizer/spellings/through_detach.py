"""Updates a detached view, which shares the memory; clears as older torch did."""


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        for p in self.params:
            if (gradient := p.grad) is not None:
                p.detach().sub_(gradient.detach().mul(self.lr))

    def zero_grad(self):
        for p in self.params:
            if p.grad is not None:
                p.grad.detach_()
                p.grad.zero_()
